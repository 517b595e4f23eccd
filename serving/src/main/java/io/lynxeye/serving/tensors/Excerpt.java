package io.lynxeye.serving.tensors;

/** The beginning of a caller's text, for messages. */
public final class Excerpt {

  private static final int LENGTH = 40;

  private Excerpt() {}

  /** The text, cut after 40 characters. */
  public static String of(String text) {
    return text.length() > LENGTH ? text.substring(0, LENGTH) + "..." : text;
  }
}
