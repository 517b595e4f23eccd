package io.lynxeye.bench.figures;

import java.util.Arrays;

/** Medians, slopes and rates. */
public final class Statistics {

  private Statistics() {}

  /** The median: of an even number of values the mean of the two in the middle; NaN of none. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The least-squares slope of y over x.
   *
   * @return NaN if all x are equal or there are none
   */
  public static double slope(double[] x, double[] y) {
    double meanX = Arrays.stream(x).average().orElse(Double.NaN);
    double meanY = Arrays.stream(y).average().orElse(Double.NaN);
    double products = 0;
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      products += (x[i] - meanX) * (y[i] - meanY);
      squares += (x[i] - meanX) * (x[i] - meanX);
    }
    return squares == 0 ? Double.NaN : products / squares;
  }

  /**
   * Events per second: the slope of their count over time. A server answers in batches, and a plain
   * count would depend on where the time limits cut a batch; the slope does not.
   *
   * @param nanos the time of each event, in order
   * @return 0 if there are fewer than two different times
   */
  public static double perSecond(long... nanos) {
    double[] seconds = new double[nanos.length];
    double[] count = new double[nanos.length];
    for (int i = 0; i < nanos.length; i++) {
      seconds[i] = (nanos[i] - nanos[0]) / 1e9;
      count[i] = i;
    }
    double slope = slope(seconds, count);
    return Double.isNaN(slope) ? 0 : slope;
  }
}
