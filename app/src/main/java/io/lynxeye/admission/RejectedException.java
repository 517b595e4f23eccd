package io.lynxeye.batching;

import java.time.Duration;
import java.util.Optional;

/** A job was not run, and why. Has no stack trace: under overload there are many of them. */
public final class RejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why a job was not run. */
  public enum Reason {
    /** As many jobs wait as may; try again after a moment. */
    QUEUE_FULL,
    /** The server carries as many requests, or as many bytes of them, as it may. */
    TOO_BUSY,
    /** The server starts: its model is not available yet; try again after a moment. */
    NOT_READY,
    /** So many jobs wait that this one would not be done by its deadline. */
    NO_TIME,
    /** The job's deadline passed before a worker was free. */
    DEADLINE,
    /** No worker was free in the time that jobs may wait, though their answer may take longer. */
    QUEUE_WAIT,
    /** The model is being unloaded or the server stops. */
    DRAINING
  }

  private final Reason reason;
  private final transient Optional<Duration> retryAfter;

  public RejectedException(Reason reason) {
    this(reason, Optional.empty());
  }

  /**
   * @param retryAfter when the same job would be taken in, as far as one can tell
   */
  public RejectedException(Reason reason, Optional<Duration> retryAfter) {
    super(reason.name(), null, false, false);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  public Reason reason() {
    return reason;
  }

  /** When the same job would be taken in; empty when nobody can tell. */
  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
