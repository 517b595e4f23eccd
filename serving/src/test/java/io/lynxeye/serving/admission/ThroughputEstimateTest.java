package io.lynxeye.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThroughputEstimateTest {

  private static final long MILLI = 1_000_000;

  private final ThroughputEstimate estimate = new ThroughputEstimate();

  private double millisPerJob() {
    return estimate.timeFor(1).toNanos() / (double) MILLI;
  }

  @Test
  void thereIsNoEstimateAtFirst() {
    assertThat(estimate.isKnown()).isFalse();
    assertThat(estimate.timeFor(1000)).isZero();
  }

  @Test
  void theFirstBatchSetsTheEstimate() {
    estimate.add(4, 100 * MILLI);

    assertThat(estimate.isKnown()).isTrue();
    assertThat(estimate.timeFor(1)).isEqualTo(Duration.ofMillis(25));
    assertThat(estimate.timeFor(10.5)).isEqualTo(Duration.ofNanos(262_500_000));
  }

  @Test
  void parallelWorkersHalveTheTime() {
    for (int i = 0; i < 100; i++) {
      estimate.add(4, 50 * MILLI); // Two workers, 100 ms a batch, one ends every 50 ms.
    }

    assertThat(millisPerJob()).isEqualTo(12.5, within(0.01));
  }

  @Test
  void followsALastingChangeButNotAnOutlier() {
    estimate.add(8, 80 * MILLI);

    estimate.add(1, 100 * MILLI);
    assertThat(millisPerJob()).isBetween(10.0, 25.0);
    for (int i = 0; i < 40; i++) {
      estimate.add(1, 100 * MILLI);
    }

    assertThat(millisPerJob()).isEqualTo(100, within(1.0));
  }

  @Test
  void aBatchWeighsAsMuchAsItsJobsOneByOne() {
    ThroughputEstimate single = new ThroughputEstimate();
    estimate.add(1, MILLI);
    single.add(1, MILLI);

    estimate.add(8, 8 * 50 * MILLI);
    for (int i = 0; i < 8; i++) {
      single.add(1, 50 * MILLI);
    }

    assertThat(millisPerJob()).isEqualTo(single.timeFor(1).toNanos() / (double) MILLI, within(0.1));
  }

  @Test
  void aBatchWithoutMeasurableTimeGivesAnEstimate() {
    estimate.add(3, 0);

    assertThat(estimate.isKnown()).isTrue();
  }
}
