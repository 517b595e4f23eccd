package io.lynxeye.lifecycle;

/**
 * A model's output holds infinity or what is not a number, for which JSON has no word. After a
 * picture that is the model's defect; after values that the caller chose it is the caller's doing,
 * for finite values can be too large for any model.
 */
public final class NotNumbersException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public NotNumbersException(String message) {
    super(message);
  }
}
