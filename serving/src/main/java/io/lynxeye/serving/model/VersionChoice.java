package io.lynxeye.serving.model;

import io.lynxeye.serving.manifest.ModelSettings;

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
  record Exactly(long version) implements VersionChoice {
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

  /** The newest available version. */
  static VersionChoice newest() {
    return new Newest();
  }

  /**
   * Parses the version in an address: a number, else a label.
   *
   * @throws IllegalArgumentException when it is neither; the message continues a sentence that
   *     begins with the text
   */
  static VersionChoice parse(String text) {
    if (VersionNumber.isDigits(text)) {
      return new Exactly(VersionNumber.parse(text).value());
    }
    if (ModelSettings.LABEL.matcher(text).matches()) {
      return new Label(text);
    }
    throw new IllegalArgumentException("is neither a version number nor a label");
  }
}
