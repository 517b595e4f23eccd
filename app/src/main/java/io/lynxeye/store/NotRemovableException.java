package io.lynxeye.store;

import java.io.IOException;

/**
 * A version cannot be taken out of the archive it lies in; the message says what can be removed.
 */
public final class NotRemovableException extends IOException {
  private static final long serialVersionUID = 1L;

  NotRemovableException(String message) {
    super(message);
  }
}
