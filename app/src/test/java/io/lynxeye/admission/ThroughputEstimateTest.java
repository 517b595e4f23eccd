package io.lynxeye.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainRateTest {

  private static final long MILLI = 1_000_000;

  private final DrainRate rate = new DrainRate();

  private double millisPerJob() {
    return rate.timeFor(1).toNanos() / (double) MILLI;
  }

  @Test
  void atFirstNothingIsKnown() {
    assertThat(rate.isKnown()).isFalse();
    assertThat(rate.timeFor(1000)).isZero();
  }

  @Test
  void theFirstBatchIsBelieved() {
    rate.drained(4, 100 * MILLI);

    assertThat(rate.isKnown()).isTrue();
    assertThat(rate.timeFor(1)).isEqualTo(Duration.ofMillis(25));
    assertThat(rate.timeFor(10.5)).isEqualTo(Duration.ofNanos(262_500_000));
  }

  @Test
  void workersThatRunSideBySideHalveTheTime() {
    for (int i = 0; i < 100; i++) {
      rate.drained(4, 50 * MILLI); // Two workers, 100 ms a batch, one ends every 50 ms.
    }

    assertThat(millisPerJob()).isEqualTo(12.5, within(0.01));
  }

  @Test
  void whatChangesIsFollowedAndAMomentIsNot() {
    rate.drained(8, 80 * MILLI);

    rate.drained(1, 100 * MILLI);
    assertThat(millisPerJob()).isBetween(10.0, 25.0);
    for (int i = 0; i < 40; i++) {
      rate.drained(1, 100 * MILLI);
    }

    assertThat(millisPerJob()).isEqualTo(100, within(1.0));
  }

  @Test
  void aBatchWeighsAsMuchAsItsJobs() {
    DrainRate single = new DrainRate();
    rate.drained(1, MILLI);
    single.drained(1, MILLI);

    rate.drained(8, 8 * 50 * MILLI);
    for (int i = 0; i < 8; i++) {
      single.drained(1, 50 * MILLI);
    }

    assertThat(millisPerJob()).isEqualTo(single.timeFor(1).toNanos() / (double) MILLI, within(0.1));
  }

  @Test
  void noTimeAtAllIsStillSomeTime() {
    rate.drained(3, 0);

    assertThat(rate.isKnown()).isTrue();
  }
}
