package io.lynxeye.serving.admission;

import java.time.Duration;

/**
 * The time per completed job while any are in flight, as an exponentially weighted moving average
 * (EWMA). It covers everything that jobs wait for (a decode thread, the engine, parallel workers,
 * other models on the same cores), because it is measured where jobs complete. Not thread-safe.
 */
final class ThroughputEstimate {

  private static final double WEIGHT = 1.0 / 8; // Of one job in the average.

  private double nanosPerJob; // 0 = nothing measured yet.

  /**
   * Adds a measurement.
   *
   * @param jobs that completed together
   * @param nanos since the previous completion, or since the first job entered
   */
  void add(int jobs, long nanos) {
    double each = (double) Math.max(1, nanos) / jobs;
    double kept = isKnown() ? Math.pow(1 - WEIGHT, jobs) : 0;
    nanosPerJob = kept * nanosPerJob + (1 - kept) * each;
  }

  boolean isKnown() {
    return nanosPerJob > 0;
  }

  /** The estimated time until this many jobs complete; zero while nothing is known. */
  Duration timeFor(double jobs) {
    return Duration.ofNanos((long) (jobs * nanosPerJob));
  }

  /** The number of jobs that complete in this time; the largest number while nothing is known. */
  int jobsIn(long nanos) {
    return isKnown() ? (int) Math.min(Integer.MAX_VALUE, nanos / nanosPerJob) : Integer.MAX_VALUE;
  }
}
