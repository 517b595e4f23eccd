package io.lynxeye.bench.figures;

import java.util.Arrays;

/** Medians and slopes. */
public final class Statistics {

  private Statistics() {}

  /** The middle value; of an even number the mean of the two in the middle; NaN of none. */
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
   * @return NaN when all x are the same, or there are none
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
   * Events per second: the slope of their count over time. Servers answer in batches, and a count
   * between two moments would be off by what part of a batch they cut off; a slope is not.
   *
   * @param nanos when each event was, in order
   * @return 0 when the events are fewer than two moments
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
