package io.lynxeye.serving.rollout.verdict;

import java.util.Map;

/**
 * The median of a histogram of ratios, with bounds that may be looked at at any time. Whether a
 * ratio is above the true median is a coin, so the true median is above an edge wherever the share
 * of ratios above that edge is above one half. Values are rounded to the bins, 1 %, downwards for
 * the lower bound.
 */
record MedianRatio(double value, double low, double high, long pairs) {

  static MedianRatio of(Map<String, Long> ratios, double lowAlpha, double highAlpha) {
    long pairs = Counts.total(ratios);
    if (pairs == 0) {
      return new MedianRatio(Double.NaN, 0, Double.POSITIVE_INFINITY, 0);
    }
    int middle = Bins.RATIO.atRank(ratios, (pairs + 1) / 2);
    double value = (Bins.RATIO.edge(middle) + Bins.RATIO.edge(middle + 1)) / 2;

    long below = pairs - majority(pairs, lowAlpha); // So few may lie below the edge.
    double low = below < 0 ? 0 : Bins.RATIO.edge(Bins.RATIO.atRank(ratios, below + 1));
    long enough = majority(pairs, highAlpha);
    double high =
        enough > pairs
            ? Double.POSITIVE_INFINITY
            : Bins.RATIO.edge(Bins.RATIO.atRank(ratios, enough) + 1);
    return new MedianRatio(value, low, high, pairs);
  }

  /**
   * The smallest number of pairs that is more than half of them beyond chance; pairs + 1 if none.
   */
  private static long majority(long pairs, double alpha) {
    long too = pairs / 2; // Too few.
    long enough = pairs + 1;
    while (enough - too > 1) {
      long middle = (too + enough) >>> 1;
      if (new Proportion(middle, pairs).isAbove(0.5, alpha)) {
        enough = middle;
      } else {
        too = middle;
      }
    }
    return enough;
  }
}
