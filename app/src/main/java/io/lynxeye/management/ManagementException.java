package io.lynxeye.management;

/**
 * An administrator's request cannot be carried out. The message tells cause and cure. Has no stack
 * trace: it is an answer, not a defect.
 */
public final class ManagementException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What kind of refusal it is, for the protocols' statuses. */
  public enum Kind {
    /** There is no such model or version. */
    UNKNOWN,
    /** It is there already, or is being brought in. */
    CONFLICT,
    /** The request cannot be meant. */
    INVALID,
    /** The model cannot be had or loaded. */
    FAILED,
    /** Not now. */
    NOT_READY,
    /** The store could not be read or written. */
    STORE
  }

  private final Kind kind;

  public ManagementException(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** No model or version of this name. */
  static ManagementException unknown(String what) {
    return new ManagementException(Kind.UNKNOWN, "Model or workflow not found: " + what);
  }

  public Kind kind() {
    return kind;
  }
}
