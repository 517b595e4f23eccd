package io.lynxeye.batching;

/**
 * Until when a job is to run, on the clock of whoever runs it.
 *
 * @param startNanos it is not begun after that
 * @param endNanos when its answer is due
 */
public record Deadline(long startNanos, long endNanos) {

  /** Of a job that may begin as late as it likes. */
  public static Deadline at(long endNanos) {
    return new Deadline(endNanos, endNanos);
  }

  /** Whether its answer would still be in time. */
  public boolean isAhead(long nowNanos) {
    return nowNanos - endNanos < 0;
  }
}
