package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class TargetTest {

  @Test
  void pathAndQueryAreSentUnchanged() {
    assertThat(Target.of(URI.create("http://host:1/a%20b?c=d%26")).path())
        .isEqualTo("/a%20b?c=d%26");
    assertThat(Target.of(URI.create("http://host:1")).path()).isEqualTo("/");
  }

  @Test
  void thePortDefaultsToThatOfTheScheme() {
    assertThat(Target.of(URI.create("http://host/score")).port()).isEqualTo(80);
    assertThat(Target.of(URI.create("https://host/score")).port()).isEqualTo(443);
    assertThat(Target.of(URI.create("http://host:8080/score")).port()).isEqualTo(8080);
  }

  @Test
  void aHeaderIsAddedToACopy() {
    Target target = Target.of(URI.create("http://host/score"));

    assertThat(target.with("a", "1").headers()).containsEntry("a", "1");
    assertThat(target.headers()).isEmpty();
  }

  @Test
  void anIncompleteUrlIsRejected() {
    assertThatThrownBy(() -> Target.of(URI.create("localhost:8080/score")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("full scoring URL");
    assertThatThrownBy(() -> Target.of(URI.create("ftp://host/score")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
