package io.lynxeye.engine.djl;

/** Turns exceptions of other libraries into text for our own messages. */
public final class Causes {

  private static final int LENGTH = 2000;

  private Causes() {}

  /** Returns the message of the innermost cause: engines wrap theirs several times. */
  public static String deepest(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return oneLine(root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage());
  }

  /** Returns every cause with its class, outermost first: {@code TranslateException: no image}. */
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

  /** Removes line ends: engines add stack traces, and a message may quote a request body. */
  private static String oneLine(String text) {
    String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > LENGTH ? line.substring(0, LENGTH) + " ..." : line;
  }
}
