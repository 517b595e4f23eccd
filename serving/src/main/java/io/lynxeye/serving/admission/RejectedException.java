package io.lynxeye.serving.admission;

import java.time.Duration;
import java.util.Optional;

/**
 * Work was not admitted, or was dropped before it ran. Has no stack trace: under overload there are
 * many of them.
 */
public final class RejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why the work was rejected. */
  public enum Reason {
    /** The model has its maximum of images in flight; try again after a moment. */
    QUEUE_FULL,
    /** The server has its maximum of requests in flight, or of bytes of their bodies. */
    TOO_BUSY,
    /** The model is not loaded yet; try again after a moment. */
    NOT_READY,
    /** The model serves nothing until an operator changes that; waiting does not help. */
    UNAVAILABLE,
    /** The work ahead of it is estimated to take longer than its deadline allows. */
    NO_TIME,
    /** The same for the client's own time limit: the server's would have allowed it. */
    CLIENT_TIME,
    /** Its deadline passed before a worker was free. */
    DEADLINE,
    /** Its client's own time limit, shorter than the server's, passed before it was scored. */
    CLIENT_DEADLINE,
    /** No worker was free within the maximum queue time, although its deadline is later. */
    QUEUE_WAIT,
    /** The model is being unloaded, or the server is stopping. */
    DRAINING,
    /** The caller's key has used up what it may use. */
    KEY_LIMIT
  }

  private final Reason reason;
  private final transient Optional<Duration> retryAfter;

  public RejectedException(Reason reason) {
    this(reason, Optional.empty());
  }

  /**
   * @param retryAfter estimated time until the same work would be admitted; empty if unknown
   */
  public RejectedException(Reason reason, Optional<Duration> retryAfter) {
    this(reason, retryAfter, reason.name());
  }

  private RejectedException(Reason reason, Optional<Duration> retryAfter, String message) {
    super(message, null, false, false);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /**
   * Work for a model that serves nothing until an operator changes that.
   *
   * @param message for people: why, and what the operator can do
   */
  public static RejectedException unavailable(String message) {
    return new RejectedException(Reason.UNAVAILABLE, Optional.empty(), message);
  }

  public Reason reason() {
    return reason;
  }

  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
