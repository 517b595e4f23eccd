package io.lynxeye.engine;

/** What an exception of others says, for messages of ours. */
final class Causes {

  private static final int LENGTH = 300;

  private Causes() {}

  /** What the innermost cause says: engines wrap theirs several times. */
  static String deepest(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return oneLine(root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage());
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
    return oneLine(chain.toString());
  }

  /** Without line ends: engines add traces, and a message may quote a body. */
  private static String oneLine(String text) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > LENGTH ? line.substring(0, LENGTH) + " ..." : line;
  }
}
