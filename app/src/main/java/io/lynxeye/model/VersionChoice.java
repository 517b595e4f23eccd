package io.lynxeye.model;

import java.util.regex.Pattern;

/** Which version of a model a request means. */
public sealed interface VersionChoice {

  /** The newest one available. */
  record Newest() implements VersionChoice {
    @Override
    public String toString() {
      return "";
    }
  }

  /** This one. */
  record Exactly(int version) implements VersionChoice {
    @Override
    public String toString() {
      return " version " + version;
    }
  }

  /** The one that the settings of its model give this label. */
  record Label(String label) implements VersionChoice {
    @Override
    public String toString() {
      return " label '" + label + "'";
    }
  }

  /** What a version number looks like in an address. */
  Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");

  /** What a label looks like; it starts with a letter, so that no label looks like a number. */
  Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

  /** The newest one available. */
  static VersionChoice newest() {
    return new Newest();
  }

  /**
   * Reads the version of an address: a number, else a label.
   *
   * @throws IllegalArgumentException when it can be neither; says how they look
   */
  static VersionChoice parse(String text) {
    if (NUMBER.matcher(text).matches() && Long.parseLong(text) <= Integer.MAX_VALUE) {
      return new Exactly(Integer.parseInt(text));
    }
    if (LABEL.matcher(text).matches()) {
      return new Label(text);
    }
    throw new IllegalArgumentException("is neither a positive integer nor a label");
  }
}
