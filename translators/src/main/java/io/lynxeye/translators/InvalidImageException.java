package io.lynxeye.translators;

/**
 * The bytes are not a picture that can be scored.
 *
 * <p>The message names the cause and the cure, and holds nothing about the inside of this program:
 * it may be sent to whoever sent the picture. It is the sender's mistake, so there is no stack
 * trace.
 */
public final class InvalidImageException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What is wrong with the bytes. */
  public enum Reason {
    /** There are no bytes. */
    EMPTY,
    /** Not a picture at all, such as HTML, JSON or base64 text. */
    NOT_AN_IMAGE,
    /** A picture or document of a kind that is not decoded here, such as TIFF. */
    UNSUPPORTED_FORMAT,
    /** Width times height is above {@link DecodeLimits#maxPixels()}. */
    TOO_MANY_PIXELS,
    /** Decoding would need more than {@link DecodeLimits#maxDecodeBytes()}. */
    TOO_MUCH_MEMORY,
    /** The file ends before the picture does. */
    TRUNCATED,
    /** The file contradicts its own format. */
    CORRUPT
  }

  private final Reason reason;

  InvalidImageException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  static InvalidImageException truncated(String format) {
    return new InvalidImageException(
        Reason.TRUNCATED,
        "The " + format + " picture is cut off: its data ends early. Send the whole file again.");
  }

  static InvalidImageException corrupt(String format, String detail) {
    return new InvalidImageException(
        Reason.CORRUPT,
        "The " + format + " picture is damaged: " + detail + ". Save it anew and send it again.");
  }

  static InvalidImageException unsupported(String what) {
    return new InvalidImageException(
        Reason.UNSUPPORTED_FORMAT,
        what + " is not supported. Send an ordinary JPEG, PNG, GIF, BMP or WebP.");
  }

  /** What is wrong, for a program to decide on. */
  public Reason reason() {
    return reason;
  }
}
