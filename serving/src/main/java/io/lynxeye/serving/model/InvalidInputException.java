package io.lynxeye.serving.model;

/**
 * The client sent something that cannot be scored. The message names the cause and the fix and is
 * shown to the client, so it holds nothing internal. Has no stack trace: it is a response, not a
 * defect.
 */
public final class InvalidInputException extends Exception {

  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message, null, false, false);
  }
}
