package io.lynxeye.serving.admission;

/**
 * The time limits of a job, in nanoseconds of a monotonic clock.
 *
 * @param startNanos the job is dropped if it has not started by then
 * @param endNanos when its result is due
 * @param standingNanos how long jobs may wait while an overload lasts, in nanoseconds from now
 * @param serverStartNanos the start as it would be without the client's own time limit
 * @param serverEndNanos the end as it would be without it
 */
public record Deadline(
    long startNanos,
    long endNanos,
    long standingNanos,
    long serverStartNanos,
    long serverEndNanos) {

  /** A deadline of the server, without separate limits for the start. */
  public static Deadline at(long endNanos) {
    return new Deadline(endNanos, endNanos, Long.MAX_VALUE, endNanos, endNanos);
  }

  /** Whether a result would still be in time. */
  public boolean isAhead(long nowNanos) {
    return nowNanos - endNanos < 0;
  }

  /** Whether it is too late to start. */
  public boolean isOver(long nowNanos) {
    return nowNanos - startNanos >= 0;
  }
}
