package io.lynxeye.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VisibleGpusTest {

  @Test
  void allGpusAreVisibleByDefault() {
    assertThat(VisibleGpus.ids(null, 3)).containsExactly("0", "1", "2");
    assertThat(VisibleGpus.ids(null, 0)).isEmpty();
  }

  @Test
  void theConfiguredGpusAndTheirOrderAreKept() {
    assertThat(VisibleGpus.ids("2, 0", 3)).containsExactly("2", "0");
    assertThat(VisibleGpus.ids("GPU-8932f937,MIG-1", 3)).containsExactly("GPU-8932f937", "MIG-1");
  }

  @Test
  void anInvalidEntryHidesAllGpusAfterIt() {
    assertThat(VisibleGpus.ids("", 3)).isEmpty();
    assertThat(VisibleGpus.ids("-1", 3)).isEmpty();
    assertThat(VisibleGpus.ids("1,3,0", 3)).containsExactly("1");
    assertThat(VisibleGpus.ids("1,none,0", 3)).containsExactly("1");
  }

  @Test
  void namesFollowTheConfiguredOrder() {
    List<String> all = List.of("A", "B", "C");

    assertThat(VisibleGpus.names(List.of("2", "0"), all)).containsExactly("C", "A");
    assertThat(VisibleGpus.names(List.of("GPU-89"), all)).containsExactly("NVIDIA GPU GPU-89");
  }
}
