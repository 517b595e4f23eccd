package io.lynxeye.serving.model;

import io.lynxeye.serving.manifest.ModelSettings;

/** The version of a model that a request selects. */
public sealed interface VersionChoice {

  /**
   * The version that serves, which is the newest one without a rollout. During a canary, a share of
   * the callers gets the version on trial.
   *
   * @param origin who asks
   */
  record Newest(Origin origin) implements VersionChoice {
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

  /** The version that serves, also during a canary. */
  static VersionChoice newest() {
    return new Newest(Origin.NONE);
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
