package io.lynxeye.serving.rollout.verdict;

import java.util.Map;
import java.util.stream.LongStream;

/** The bins of a histogram, which are named by their numbers. */
enum Bins {
  /** The size of a change of a probability, in hundredths. */
  CHANGE(0, 100) {
    @Override
    int of(double value) {
      return limited((int) Math.floor(100 * value));
    }

    @Override
    double edge(int bin) {
      return bin / 100.0;
    }
  },

  /** A ratio of two times, in steps of 1 % from 1/64 to 64. */
  RATIO(-418, 418) {
    @Override
    int of(double value) {
      return limited((int) Math.floor(Math.log(value) / Math.log(1.01)));
    }

    @Override
    double edge(int bin) {
      return Math.pow(1.01, bin);
    }
  };

  private final int first;
  private final int last;

  Bins(int first, int last) {
    this.first = first;
    this.last = last;
  }

  /** The bin of a value; values beyond the ends belong to the bins at the ends. */
  abstract int of(double value);

  /** The lower edge of a bin, which is the upper edge of the bin before. */
  abstract double edge(int bin);

  int limited(int bin) {
    return Math.min(Math.max(bin, first), last);
  }

  /**
   * The counts of all bins, in their order.
   *
   * @throws IllegalArgumentException if a name is not the number of a bin
   */
  long[] counts(Map<String, Long> histogram) {
    long[] counts = new long[last - first + 1];
    histogram.forEach(
        (name, count) -> {
          int bin = Integer.parseInt(name);
          if (bin != limited(bin)) {
            throw new IllegalArgumentException("There is no bin " + name + ".");
          }
          counts[bin - first] += count;
        });
    return counts;
  }

  /**
   * The first bin that, with those before it, has at least a number of values.
   *
   * @param rank from 1 to the number of all values
   */
  int atRank(Map<String, Long> histogram, long rank) {
    long[] counts = counts(histogram);
    long seen = 0;
    int index = -1;
    while (seen < rank) {
      seen += counts[++index];
    }
    return first + index;
  }

  /** The number of values in all bins. */
  long total(Map<String, Long> histogram) {
    return LongStream.of(counts(histogram)).sum();
  }
}
