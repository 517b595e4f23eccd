package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPolicyTest {

  @Test
  void rejectsSizesBelowOneAndNegativeDelays() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(0, Duration.ZERO, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(1, Duration.ZERO, 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(1, Duration.ZERO, 1, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchPolicy(1, Duration.ofNanos(-1), 1, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, '[1]'", "2, '[1, 2]'", "6, '[1, 2, 4, 6]'", "8, '[1, 2, 4, 8]'"})
  void usesThePowersOfTwoAndTheMaximum(int maxBatchSize, String sizes) {
    assertThat(new BatchPolicy(maxBatchSize, Duration.ZERO, 1, 1).batchSizes()).hasToString(sizes);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2", "4, 4", "5, 4", "6, 6", "7, 6", "2147483647, 6"})
  void fitsTheLargestSizeThatIsFull(int waiting, int batchSize) {
    assertThat(BatchPolicy.fit(waiting, 6)).isEqualTo(batchSize);
  }
}
