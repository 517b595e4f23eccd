package io.lynxeye.importers.download;

import java.nio.file.Path;

/**
 * An import failed and the store is unchanged. The message names the cause and the fix in one or
 * two sentences for a person at a terminal.
 */
public final class ImportException extends Exception {
  private static final long serialVersionUID = 1L;

  public ImportException(String message) {
    super(message);
  }

  public ImportException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another import holds the lock of this folder. */
  public static ImportException busy(Path folder) {
    return new ImportException(
        "Another import is running in " + folder + ": wait until it ends and run this one again.");
  }
}
