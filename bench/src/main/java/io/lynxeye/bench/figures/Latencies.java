package io.lynxeye.bench.figures;

import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** A histogram of latencies in milliseconds, to three significant digits. */
public final class Latencies {

  private static final int DIGITS = 3;

  private final Histogram micros = new Histogram(DIGITS);

  private Latencies() {}

  public static Latencies of(DoubleStream millis) {
    Latencies latencies = new Latencies();
    millis.forEach(value -> latencies.micros.recordValue(Math.max(0, Math.round(value * 1000))));
    return latencies;
  }

  public long count() {
    return micros.getTotalCount();
  }

  /** The percentile in milliseconds; NaN without values. */
  public double percentile(double percent) {
    return count() == 0 ? Double.NaN : micros.getValueAtPercentile(percent) / 1000.0;
  }

  /** The maximum in milliseconds; NaN without values. */
  public double max() {
    return count() == 0 ? Double.NaN : micros.getMaxValue() / 1000.0;
  }
}
