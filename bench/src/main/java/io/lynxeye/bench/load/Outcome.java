package io.lynxeye.bench.load;

/**
 * The outcome of one request. Times are of {@link System#nanoTime}.
 *
 * @param dueNanos when it should have been sent: latency counts from here, so that a stall of the
 *     server or of the client is part of it
 * @param doneNanos when the response was complete, or the request had failed
 * @param status the HTTP status, or {@link #NO_ANSWER}
 * @param retryAfter the seconds of the {@code Retry-After} header; 0 without one
 */
public record Outcome(long dueNanos, long doneNanos, int status, int retryAfter) {

  /** The connection failed or the request timed out. */
  public static final int NO_ANSWER = 0;

  /** An outcome without {@code Retry-After}. */
  public Outcome(long dueNanos, long doneNanos, int status) {
    this(dueNanos, doneNanos, status, 0);
  }

  /** Whether the image was scored. */
  public boolean isGood() {
    return status == 200;
  }

  /** Whether the server was overloaded, as opposed to a failure. */
  public boolean isRefused() {
    return status == 503 || status == 429;
  }

  /** The latency. */
  public double millis() {
    return (doneNanos - dueNanos) / 1e6;
  }
}
