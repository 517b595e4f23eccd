package io.lynxeye.serving.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version's number and how it is written, as in TensorFlow Serving: {@code 1}, {@code 0} and
 * {@code 00000123} are numbers of versions. {@code 1} and {@code 0001} are the same version;
 * equality and order look at the number only.
 */
public final class VersionNumber implements Comparable<VersionNumber> {

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private final long value;
  private final String text;

  private VersionNumber(long value, String text) {
    this.value = value;
    this.text = text;
  }

  /**
   * The number, written plainly.
   *
   * @throws IllegalArgumentException when it is negative
   */
  public static VersionNumber of(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("version " + value + " is negative");
    }
    return new VersionNumber(value, Long.toString(value));
  }

  /**
   * Parses a number and keeps it as written.
   *
   * @param text ASCII digits
   * @throws IllegalArgumentException when it is something else or does not fit 64 bits; the message
   *     continues a sentence that begins with the text
   */
  public static VersionNumber parse(String text) {
    if (!isDigits(text)) {
      throw new IllegalArgumentException("is not a version number: use digits only");
    }
    return find(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "is larger than " + Long.MAX_VALUE + ", the largest version number"));
  }

  /** The number that the text is; empty when it is something else or does not fit 64 bits. */
  public static Optional<VersionNumber> find(String text) {
    try {
      return isDigits(text)
          ? Optional.of(new VersionNumber(Long.parseLong(text), text))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty(); // Too large.
    }
  }

  /** Whether the text is digits only, even if the number is too large. */
  public static boolean isDigits(String text) {
    return DIGITS.matcher(text).matches();
  }

  /** The number. */
  public long value() {
    return value;
  }

  @Override
  public int compareTo(VersionNumber other) {
    return Long.compare(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VersionNumber number && value == number.value;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(value);
  }

  /** The number as written, which is how it is shown everywhere. */
  @Override
  public String toString() {
    return text;
  }
}
