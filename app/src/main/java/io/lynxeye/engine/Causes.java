package io.lynxeye.engine;

/** What an exception of others says, for messages of ours. */
final class Causes {

  private static final int LENGTH = 300;

  private Causes() {}

  /** The first line of the innermost cause: engines wrap theirs several times. */
  static String deepest(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    String line = text.strip().lines().findFirst().orElse("");
    return line.length() > LENGTH ? line.substring(0, LENGTH) + " ..." : line;
  }

  /** Every cause with its class, outermost first: {@code TranslateException: no picture}. */
  static String chain(Throwable failure) {
    StringBuilder chain = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      chain
          .append(chain.isEmpty() ? "" : " <- ")
          .append(cause.getClass().getSimpleName())
          .append(cause.getMessage() == null ? "" : ": " + cause.getMessage());
    }
    String line = chain.toString().replaceAll("\\p{Cntrl}+", " "); // It may quote a body.
    return line.length() > LENGTH ? line.substring(0, LENGTH) + " ..." : line;
  }
}
