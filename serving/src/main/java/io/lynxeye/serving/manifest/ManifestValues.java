package io.lynxeye.serving.manifest;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/** Parses values and collects the problems, so that one message lists all of them. */
final class ManifestValues {

  private final Map<String, String> arguments;
  private final List<String> problems = new ArrayList<>();

  ManifestValues(Map<String, String> arguments) {
    this.arguments = arguments;
  }

  boolean isTrue(String key, boolean otherwise) {
    String text = arguments.getOrDefault(key, Boolean.toString(otherwise)).trim();
    boolean isTrue = text.equalsIgnoreCase("true");
    if (!isTrue && !text.equalsIgnoreCase("false")) {
      problems.add(key + "=" + text + " is neither true nor false");
    }
    return isTrue;
  }

  /** The value of the first key that is present; the values of the others are checked too. */
  OptionalInt between(int least, int most, String... keys) {
    OptionalInt first = OptionalInt.empty();
    for (String key : keys) {
      OptionalInt value = between(least, most, key);
      first = first.isPresent() ? first : value;
    }
    return first;
  }

  private OptionalInt between(int least, int most, String key) {
    String text = arguments.get(key);
    if (text == null) {
      return OptionalInt.empty();
    }
    try {
      int value = Integer.parseInt(text.trim());
      if (value >= least && value <= most) {
        return OptionalInt.of(value);
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is out of range.
    }
    problems.add(
        key
            + "="
            + text
            + (most == Integer.MAX_VALUE
                ? " is not an integer of at least " + least
                : " is not an integer from " + least + " to " + most));
    return OptionalInt.empty();
  }

  /** A number from 0 to 1. */
  OptionalDouble share(String key) {
    return number(key, 0, 1);
  }

  /** A number in a range, whose ends are included. */
  OptionalDouble number(String key, double least, double most) {
    String text = arguments.get(key);
    if (text == null) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(text.trim());
      if (value >= least && value <= most) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is out of range.
    }
    problems.add(
        "%s=%s is not a number from %s to %s".formatted(key, text, plain(least), plain(most)));
    return OptionalDouble.empty();
  }

  private static String plain(double number) {
    return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
  }

  /** Adds a problem unless two values go together. */
  void require(boolean fits, String problem) {
    if (!fits) {
      problems.add(problem);
    }
  }

  /**
   * @param parser throws an {@link IllegalArgumentException} whose message names key and value
   */
  <T> T parsed(String key, T otherwise, Function<String, T> parser) {
    String text = arguments.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return otherwise;
    }
  }

  /**
   * Parses a version number.
   *
   * @param digits may have leading zeros
   * @throws IllegalArgumentException when it is too large
   */
  static long version(String key, String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + ": version " + digits + " is larger than " + Long.MAX_VALUE, e);
    }
  }

  /** Throws an {@link IllegalArgumentException} that lists all problems, if there are any. */
  void check() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(ModelManifest.FILE + ": " + String.join("; ", problems));
    }
  }
}
