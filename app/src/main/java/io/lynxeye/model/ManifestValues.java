package io.lynxeye.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads values and remembers what was wrong, so that all of it is told at once. */
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

  /** The value of the first of the keys that is there; the others are looked at all the same. */
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
      // Told below, like a number that is too small.
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

  /** Throws an {@link IllegalArgumentException} that lists all problems, if there are any. */
  void check() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(ModelManifest.FILE + ": " + String.join("; ", problems));
    }
  }
}
