package io.lynxeye.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void theMedianIsTheMiddleValueOrTheMeanOfTheMiddleTwo() {
    assertThat(Statistics.median(9, 1, 5)).isEqualTo(5);
    assertThat(Statistics.median(9, 1, 5, 6)).isEqualTo(5.5);
    assertThat(Statistics.median()).isNaN();
  }

  @Test
  void theMedianLeavesItsInputUnchanged() {
    double[] values = {3, 1, 2};

    Statistics.median(values);

    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void theSlopeOfALineIsExact() {
    assertThat(Statistics.slope(new double[] {1, 2, 4}, new double[] {7, 9, 13}))
        .isCloseTo(2, within(1e-12));
  }

  @Test
  void theSlopeIsThatOfLeastSquares() {
    assertThat(Statistics.slope(new double[] {0, 1, 2}, new double[] {0, 0, 3}))
        .isCloseTo(1.5, within(1e-12));
  }

  @Test
  void theSlopeOfOneMomentIsUndefined() {
    assertThat(Statistics.slope(new double[] {1, 1}, new double[] {2, 3})).isNaN();
    assertThat(Statistics.slope(new double[0], new double[0])).isNaN();
  }

  @Test
  void batchesDoNotDistortTheRate() {
    // Eight at once, every second: 8/s, although 32 fall into 3 seconds.
    long[] done = LongStream.range(0, 32).map(i -> i / 8 * SECOND).toArray();

    assertThat(Statistics.perSecond(done)).isCloseTo(8, within(0.5));
  }

  @Test
  void eventsAtOneMomentHaveNoRate() {
    assertThat(Statistics.perSecond()).isZero();
    assertThat(Statistics.perSecond(5)).isZero();
    assertThat(Statistics.perSecond(5, 5)).isZero();
  }
}
