package io.lynxeye.serving.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LivenessTest {

  @Test
  void aPartThatHasEndedIsNamed() {
    Liveness liveness = new Liveness();
    AtomicBoolean runs = new AtomicBoolean(true);
    liveness.needs("the heart", () -> true);
    liveness.needs("the lung", runs::get);
    assertThat(liveness.lost()).isEmpty();

    runs.set(false);

    assertThat(liveness.lost()).hasValue("the lung");
  }
}
