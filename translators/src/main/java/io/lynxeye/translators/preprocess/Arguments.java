package io.lynxeye.translators.preprocess;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads typed values from translator arguments and collects all problems. */
public final class Arguments {

  private final Map<String, ?> values;
  private final List<String> problems = new ArrayList<>();

  /** Wraps the arguments of a translator. */
  public Arguments(Map<String, ?> values) {
    this.values = values;
  }

  /** The value without surrounding blanks, or the default if it is missing or blank. */
  public String text(String key, String otherwise) {
    Object value = values.get(key);
    return value == null || value.toString().isBlank() ? otherwise : value.toString().strip();
  }

  /** True or false; the default after a problem. */
  public boolean flag(String key, boolean otherwise) {
    String text = text(key, Boolean.toString(otherwise)).toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      problem(key, "must be true or false");
      return otherwise;
    }
    return text.equals("true");
  }

  /** A whole number from 1 to {@code most}; 1 after a problem. */
  public int integer(String key, int otherwise, int most) {
    return integer(key, text(key, Integer.toString(otherwise)), most);
  }

  /** The number in {@code text}, all or part of the key's value; 1 after a problem. */
  int integer(String key, String text, int most) {
    try {
      int value = new BigDecimal(text).intValueExact();
      if (value >= 1 && value <= most) {
        return value;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Reported below, like a number that is out of range.
    }
    problem(key, "must be a whole number from 1 to " + most);
    return 1;
  }

  float number(String key, String text) {
    try {
      float value = Float.parseFloat(text);
      if (Float.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    problem(key, "must hold numbers, not '" + text + "'");
    return 1;
  }

  <E extends Enum<E>> E choice(String key, E otherwise) {
    String text = text(key, otherwise.name());
    for (E choice : otherwise.getDeclaringClass().getEnumConstants()) {
      if (choice.name().equalsIgnoreCase(text)) {
        return choice;
      }
    }
    problem(key, "must be one of " + List.of(otherwise.getDeclaringClass().getEnumConstants()));
    return otherwise;
  }

  /** Records a problem with a key. */
  public void problem(String key, String complaint) {
    Object value = values.get(key);
    problems.add(key + (value == null ? "" : "=" + value) + " " + complaint);
  }

  /** Throws an {@link IllegalArgumentException} that lists all problems, if there are any. */
  public void check() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
