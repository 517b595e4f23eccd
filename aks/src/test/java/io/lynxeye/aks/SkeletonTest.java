package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SkeletonTest {
  @Test
  void helmIsThere() {
    assertThat(new Helm(Path.of("chart"))).isNotNull();
  }
}
