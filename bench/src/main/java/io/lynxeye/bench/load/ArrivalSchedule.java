package io.lynxeye.bench.load;

import java.time.Duration;

/**
 * When requests are due, whatever the answers do.
 *
 * @param perSecond the constant arrival rate
 * @param length how long they arrive; the first is due at once
 */
public record ArrivalSchedule(double perSecond, Duration length) {

  public ArrivalSchedule {
    if (!(perSecond > 0) || length.isNegative() || length.isZero()) {
      throw new IllegalArgumentException(
          "a rate and a length above 0: " + perSecond + " per second for " + length);
    }
  }

  /** How many there are. */
  public int count() {
    return Math.max(1, (int) Math.round(perSecond * length.toNanos() / 1e9));
  }

  /** When that one is due, counted from 0, after the start. */
  public long offsetNanos(int index) {
    return Math.round(index * 1e9 / perSecond);
  }
}
