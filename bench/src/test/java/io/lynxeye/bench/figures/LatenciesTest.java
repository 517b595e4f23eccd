package io.lynxeye.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void percentilesAndMaximumAreInMilliseconds() {
    Latencies latencies = Latencies.of(IntStream.rangeClosed(1, 100).asDoubleStream());

    assertThat(latencies.count()).isEqualTo(100);
    assertThat(latencies.percentile(50)).isCloseTo(50, withinPercentage(0.1));
    assertThat(latencies.percentile(99)).isCloseTo(99, withinPercentage(0.1));
    assertThat(latencies.max()).isCloseTo(100, withinPercentage(0.1));
  }

  @Test
  void coversMicrosecondsToMinutes() {
    Latencies latencies = Latencies.of(DoubleStream.of(0.01, 600_000));

    assertThat(latencies.percentile(10)).isEqualTo(0.01);
    assertThat(latencies.max()).isCloseTo(600_000, withinPercentage(0.1));
  }

  @Test
  void withoutValuesAllAreUndefined() {
    assertThat(Latencies.of(DoubleStream.empty()).percentile(99)).isNaN();
    assertThat(Latencies.of(DoubleStream.empty()).max()).isNaN();
  }
}
