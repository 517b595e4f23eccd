package io.lynxeye.engine.adapter;

/**
 * An engine rejects the values or shapes of its inputs. The message is the engine's first cause.
 */
public final class RejectedInputException extends Exception {

  private static final long serialVersionUID = 1L;

  public RejectedInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
