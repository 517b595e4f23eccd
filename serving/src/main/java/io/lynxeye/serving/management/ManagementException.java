package io.lynxeye.serving.management;

/**
 * A management request cannot be carried out. The message names the cause and the fix. Has no stack
 * trace: it is a response, not a defect.
 */
public final class ManagementException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The kind of failure, which protocols map to a status. */
  public enum Kind {
    /** There is no such model or version. */
    UNKNOWN,
    /** The version exists already, or is being imported. */
    CONFLICT,
    /** The request has an invalid value. */
    INVALID,
    /** The model cannot be fetched or loaded. */
    FAILED,
    /** The model or server is not ready yet; waiting helps. */
    NOT_READY,
    /** The model serves nothing, or the store cannot be read; waiting alone does not help. */
    UNAVAILABLE,
    /** The store cannot be written. */
    STORE
  }

  private final Kind kind;

  public ManagementException(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** There is no model or version of this name. */
  static ManagementException unknown(String what) {
    return new ManagementException(Kind.UNKNOWN, "Model or workflow not found: " + what);
  }

  public Kind kind() {
    return kind;
  }
}
