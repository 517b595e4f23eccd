package io.lynxeye.batching;

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
    /** The job's deadline passed before a worker was free. */
    DEADLINE,
    /** The model is being unloaded or the server stops. */
    DRAINING
  }

  private final Reason reason;

  public RejectedException(Reason reason) {
    super(reason.name(), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
