package io.lynxeye.serving.rollout;

/**
 * There is nothing to promote, stop or roll back. The message names the cause and the fix. Has no
 * stack trace: it is a response, not a defect.
 */
public final class RolloutConflictException extends Exception {

  private static final long serialVersionUID = 1L;

  RolloutConflictException(String message) {
    super(message, null, false, false);
  }
}
