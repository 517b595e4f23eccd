package io.lynxeye.serving.rollout.record;

import java.io.IOException;

/**
 * The content of a state file is wrong. Any other {@code IOException} says only that the file
 * cannot be read now: it may be good. The message says what is wrong.
 */
public final class DamagedException extends IOException {

  private static final long serialVersionUID = 1L;

  public DamagedException(String message) {
    super(message);
  }

  public DamagedException(String message, Exception cause) {
    super(message, cause);
  }
}
