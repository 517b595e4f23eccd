package io.lynxeye.batching;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {

  @Test
  void aPolicyWithoutRoomForAnythingIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(0, Duration.ZERO, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(1, Duration.ZERO, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(1, Duration.ZERO, 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchPolicy(1, Duration.ofNanos(-1), 1, 1));
  }
}
