package io.lynxeye.serving.admission;

import java.time.Duration;

/**
 * Tells a burst from a lasting overload. A burst may wait as long as its deadlines allow: for a
 * second after the queue became long, it may grow. Then it may stay as long as it is (as many
 * clients, each of which waits for its answer), but not grow: except up to twice its target, by
 * what was refused in a second, if that was less than an eighth of what completed (one more such
 * client). While more than half as many jobs are refused as complete, waiting does not help, and
 * the queue shrinks to its target. It is forgotten once the queue is short and nothing was refused
 * for a second.
 *
 * <p>Counts jobs in flight; times are nanoseconds of a monotonic clock. Not thread-safe.
 */
final class StandingQueue {

  private static final long INTERVAL = Duration.ofSeconds(1).toNanos();
  private static final int NONE = Integer.MAX_VALUE;

  private boolean isLong;
  private long longSince;
  private int peak;
  private int ceiling = NONE;
  private int target;
  private boolean hasRefused;
  private long lastRefused;
  private long intervalStart;
  private int refused;
  private int completed;
  private boolean isHeavy;

  StandingQueue(long now) {
    this.intervalStart = now;
  }

  /**
   * The most jobs that may be in flight now.
   *
   * @param inFlight jobs in flight
   * @param target as many as a lasting overload may keep in flight
   */
  int ceiling(int inFlight, int target, long now) {
    this.target = target;
    if (inFlight <= target && !isRefusing(now)) {
      isLong = false;
      ceiling = NONE;
      return NONE;
    }
    if (!isLong) {
      isLong = true;
      longSince = now;
      peak = inFlight;
    }
    if (ceiling == NONE && now - longSince >= INTERVAL) {
      ceiling = peak;
    }
    ceiling = Math.max(ceiling, target);
    return ceiling;
  }

  private boolean isRefusing(long now) {
    return hasRefused && now - lastRefused < INTERVAL;
  }

  /** Reports that jobs were admitted, with all that are in flight now. */
  void admitted(int inFlight) {
    peak = Math.max(peak, inFlight);
  }

  /** Reports jobs that were refused because of the ceiling. */
  void refused(int jobs, long now) {
    count(now);
    hasRefused = true;
    lastRefused = now;
    refused += jobs;
  }

  /** Reports completed jobs. */
  void completed(int jobs, long now) {
    count(now);
    completed += jobs;
    if (isHeavy && isRefusing(now) && ceiling != NONE) {
      ceiling -= jobs; // The target bounds it from below when it is next asked for.
    }
  }

  private void count(long now) {
    if (now - intervalStart >= INTERVAL) {
      isHeavy = now - intervalStart < 2 * INTERVAL && 2L * refused > completed;
      boolean isLight = 8L * refused < completed;
      if (isLight && ceiling < 2 * target) { // Never if there is no ceiling.
        ceiling = Math.min(ceiling + refused, 2 * target);
      }
      intervalStart = now;
      refused = 0;
      completed = 0;
    }
  }
}
