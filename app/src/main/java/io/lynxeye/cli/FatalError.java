package io.lynxeye.cli;

/** Says in one line why an {@code Error} ended a command, and what helps. */
final class FatalError {

  private FatalError() {}

  static String explain(Error error) {
    if (error instanceof LinkageError) {
      return "a native library cannot be loaded (%s): make sure that the cache folder belongs to this user and that its disk is not full, or choose another with --cache"
          .formatted(deepest(error));
    }
    if (error instanceof OutOfMemoryError) {
      return "out of memory (%s): raise LYNXEYE_HEAP, or stop other programs"
          .formatted(deepest(error));
    }
    return "%s: this is a defect of Lynxeye; please report it".formatted(deepest(error));
  }

  /** The message at the root, on one line; the name of the error if it has no message. */
  private static String deepest(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    return message == null || message.isBlank()
        ? deepest.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
