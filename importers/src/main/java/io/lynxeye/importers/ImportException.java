package io.lynxeye.importers;

/**
 * An import did not succeed and the store is as it was. The message names cause and cure in one or
 * two sentences for a person at a terminal.
 */
public final class ImportException extends Exception {
  private static final long serialVersionUID = 1L;

  ImportException(String message) {
    super(message);
  }

  ImportException(String message, Throwable cause) {
    super(message, cause);
  }
}
