package io.lynxeye.serving.admission;

/**
 * The time limits of a job, in nanoseconds of a monotonic clock.
 *
 * @param startNanos the job is dropped if it has not started by then
 * @param endNanos when its result is due
 */
public record Deadline(long startNanos, long endNanos) {

  /** A deadline without a separate limit for the start. */
  public static Deadline at(long endNanos) {
    return new Deadline(endNanos, endNanos);
  }

  /** Whether a result would still be in time. */
  public boolean isAhead(long nowNanos) {
    return nowNanos - endNanos < 0;
  }
}
