package io.lynxeye.translators.image;

/**
 * The bytes are not an image that can be scored.
 *
 * <p>The message names the cause and the fix and reveals nothing about the inside of this program,
 * so it may be returned to the sender of the image. There is no stack trace, because the sender is
 * at fault.
 */
public final class InvalidImageException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The formats to send, in messages. */
  public static final String SUPPORTED = "JPEG, PNG, GIF, BMP, TIFF or WebP";

  /** What is wrong with the bytes. */
  public enum Reason {
    /** There are no bytes. */
    EMPTY,
    /** Not an image, such as HTML, JSON or base64 text. */
    NOT_AN_IMAGE,
    /** An image or document in an unsupported format, such as HEIC. */
    UNSUPPORTED_FORMAT,
    /** Width times height exceeds the decoder's limit on pixels. */
    TOO_MANY_PIXELS,
    /** Decoding would exceed the decoder's limit on memory. */
    TOO_MUCH_MEMORY,
    /** The file ends before the image does. */
    TRUNCATED,
    /** The file contradicts its own format. */
    CORRUPT
  }

  private final Reason reason;

  /**
   * Creates a failure.
   *
   * @param message cause and cure, for the sender of the image
   */
  public InvalidImageException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** The failure of a file that ends early. */
  public static InvalidImageException truncated(String format) {
    return new InvalidImageException(
        Reason.TRUNCATED,
        "The " + format + " image is cut off: its data ends early. Send the whole file again.");
  }

  /** The failure of a file that contradicts its format. */
  public static InvalidImageException corrupt(String format, String detail) {
    return new InvalidImageException(
        Reason.CORRUPT,
        "The " + format + " image is damaged: " + detail + ". Save it again and resend it.");
  }

  /** The failure of a format that is known, but not supported. */
  public static InvalidImageException unsupported(String what) {
    return unsupported(what, "Send an ordinary " + SUPPORTED + ".");
  }

  /**
   * The failure of a format that is known, but not supported.
   *
   * @param cure what to do about it
   */
  public static InvalidImageException unsupported(String what, String cure) {
    return new InvalidImageException(
        Reason.UNSUPPORTED_FORMAT, what + " is not supported. " + cure);
  }

  /** What is wrong, for programs. */
  public Reason reason() {
    return reason;
  }
}
