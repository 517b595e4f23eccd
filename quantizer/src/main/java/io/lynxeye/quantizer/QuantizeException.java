package io.lynxeye.quantizer;

/** A model cannot be quantised; the message names the cause and the cure. */
public final class QuantizeException extends Exception {

  private static final long serialVersionUID = 1L;

  public QuantizeException(String message) {
    super(message);
  }

  public QuantizeException(String message, Throwable cause) {
    super(message, cause);
  }
}
