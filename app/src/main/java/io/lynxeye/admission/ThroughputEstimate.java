package io.lynxeye.batching;

import java.time.Duration;

/**
 * How long jobs take to leave, each, while there are any: an average that forgets. Whatever they
 * wait for (a decode thread, the engine, workers that run side by side, other models on the same
 * cores) is in it, for it is measured where they leave. Pure; used by one thread at a time.
 */
final class DrainRate {

  private static final double WEIGHT = 1.0 / 8; // Of one job's time in the average.

  private double nanosPerJob; // 0 = nothing known yet.

  /**
   * @param jobs how many left together
   * @param nanos since the last ones left, or the first came
   */
  void drained(int jobs, long nanos) {
    double each = (double) Math.max(1, nanos) / jobs;
    double kept = isKnown() ? Math.pow(1 - WEIGHT, jobs) : 0;
    nanosPerJob = kept * nanosPerJob + (1 - kept) * each;
  }

  boolean isKnown() {
    return nanosPerJob > 0;
  }

  /** How long so many jobs take to leave; zero while nothing is known. */
  Duration timeFor(double jobs) {
    return Duration.ofNanos((long) (jobs * nanosPerJob));
  }
}
