package io.lynxeye.archive;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** The model store cannot be changed by this process. The message names cause and cure. */
public final class UnwritableException extends IOException {

  private static final long serialVersionUID = 1L;

  private UnwritableException(String message, IOException cause) {
    super(message, cause);
  }

  /** What a failure to change something in the store means: this, or that its disk is full. */
  public static IOException explain(Path store, IOException failure) {
    return failure instanceof UnwritableException || Archive.isDiskFull(failure)
        ? failure
        : new UnwritableException(
            "the model store %s cannot be written by this user (%s); grant write access, or make the change where the store is kept"
                .formatted(store, reason(failure)),
            failure);
  }

  /** Why a file cannot be changed, without class names. */
  public static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException other) {
      return other.getFile() + " is in the way";
    }
    return failure instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(failure.getMessage());
  }
}
