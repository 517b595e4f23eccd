package io.lynxeye.bench.load;

/**
 * One request and how far it got: what a client needs to know to tell whether it was lost.
 *
 * @param sentNanos when the last byte was written; when the connection failed, if none was
 * @param doneNanos when it ended
 * @param status the answer's; 0 when there is no whole one
 */
public record Shot(long sentNanos, long doneNanos, End end, int status) {

  /** How far a request got. */
  public enum End {
    /** A whole answer. */
    ANSWERED,
    /** No connection: the server does not listen. */
    REFUSED,
    /** The connection was closed before a byte of an answer. */
    CLOSED_UNANSWERED,
    /** The connection was closed in the midst of the answer. */
    TORN
  }

  /**
   * Whether a request that the server had taken got no whole answer. One that is sent after a stop
   * began may meet a connection that is just being closed, and was never read.
   *
   * @param stopNanos when the server was asked to stop
   */
  public boolean isLost(long stopNanos) {
    return end == End.TORN || (end == End.CLOSED_UNANSWERED && sentNanos - stopNanos < 0);
  }
}
