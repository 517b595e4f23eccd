package io.lynxeye.bench.load;

/**
 * One request's end.
 *
 * @param dueNanos when it should have been sent: latencies count from here, so a server (or a
 *     client) that stalls is not spared
 * @param doneNanos when its answer was complete, or there would be none
 * @param status the HTTP status; {@link #NO_ANSWER} when there was none
 * @param body the answer's, if the client keeps them, else empty
 */
public record Outcome(long dueNanos, long doneNanos, int status, String body) {

  /** The connection failed, or the client's patience ended. */
  public static final int NO_ANSWER = 0;

  /** Scored. */
  public boolean isGood() {
    return status == 200;
  }

  /** Turned away for lack of room or time, as opposed to failed. */
  public boolean isRefused() {
    return status == 503 || status == 429;
  }

  public double millis() {
    return (doneNanos - dueNanos) / 1e6;
  }
}
