package io.lynxeye.bench.load;

import java.time.Duration;

/**
 * When requests are due, at a constant rate.
 *
 * @param perSecond the arrival rate
 * @param length the length of the load; the first request is due at its start
 */
public record ArrivalSchedule(double perSecond, Duration length) {

  public ArrivalSchedule {
    if (!(perSecond > 0) || length.isNegative() || length.isZero()) {
      throw new IllegalArgumentException(
          "rate and length must be positive: " + perSecond + " per second for " + length);
    }
  }

  /** The number of requests. */
  public int count() {
    return Math.max(1, (int) Math.round(perSecond * length.toNanos() / 1e9));
  }

  /** When a request is due, in nanoseconds after the start; the first has index 0. */
  public long offsetNanos(int index) {
    return Math.round(index * 1e9 / perSecond);
  }
}
