package io.lynxeye.model;

/**
 * The caller sent something that cannot be scored. The message names the cause and the cure, holds
 * nothing internal and is shown to the caller. Has no stack trace: it is an answer, not a defect.
 */
public final class InvalidInputException extends Exception {

  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message, null, false, false);
  }
}
