package io.lynxeye.serving.engine;

/**
 * A model's output has an infinity or a NaN, which JSON cannot express. For an image this is a
 * defect of the model; for a tensor it is an invalid input, as finite values can be too large for a
 * model.
 */
public final class NotNumbersException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public NotNumbersException(String message) {
    super(message);
  }
}
