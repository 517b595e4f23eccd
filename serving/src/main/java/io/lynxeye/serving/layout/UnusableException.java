package io.lynxeye.serving.layout;

/** Something in the store cannot be served as it is; the message names the cause and the fix. */
public final class UnusableException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean gone;

  public UnusableException(String reason) {
    this(reason, false);
  }

  private UnusableException(String reason, boolean gone) {
    super(reason, null, false, false);
    this.gone = gone;
  }

  /** There is no model any more, so what was served before is not kept. */
  public static UnusableException noModel(String reason) {
    return new UnusableException(reason, true);
  }

  /** Whether what was served before is not kept. */
  public boolean isGone() {
    return gone;
  }
}
