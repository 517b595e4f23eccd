package io.lynxeye.serving.model;

import io.lynxeye.serving.manifest.ModelSettings;
import java.util.regex.Pattern;

/** The version of a model that a request selects. */
public sealed interface VersionChoice {

  /** The newest available version. */
  record Newest() implements VersionChoice {
    @Override
    public String toString() {
      return "";
    }
  }

  /** The version with this number. */
  record Exactly(int version) implements VersionChoice {
    @Override
    public String toString() {
      return " version " + version;
    }
  }

  /** The version that has this label in the model's settings. */
  record Label(String label) implements VersionChoice {
    @Override
    public String toString() {
      return " label '" + label + "'";
    }
  }

  /** A version number in an address. */
  Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");

  /** The newest available version. */
  static VersionChoice newest() {
    return new Newest();
  }

  /**
   * Parses the version in an address: a number, else a label.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static VersionChoice parse(String text) {
    if (NUMBER.matcher(text).matches() && Long.parseLong(text) <= Integer.MAX_VALUE) {
      return new Exactly(Integer.parseInt(text));
    }
    if (ModelSettings.LABEL.matcher(text).matches()) {
      return new Label(text);
    }
    throw new IllegalArgumentException("is neither a positive integer nor a label");
  }
}
