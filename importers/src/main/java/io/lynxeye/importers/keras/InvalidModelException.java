package io.lynxeye.importers.keras;

/**
 * The model cannot be converted; the message names the layer or the weight and what is wrong with
 * it.
 */
public final class InvalidModelException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidModelException(String message) {
    super(message);
  }

  InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
