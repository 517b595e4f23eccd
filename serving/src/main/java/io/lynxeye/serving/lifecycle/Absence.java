package io.lynxeye.serving.lifecycle;

/** Why a model serves no requests. */
public enum Absence {
  /** A version of it is still to be loaded; waiting helps. */
  LOADING("is still being loaded", "try again"),
  /** No version of it could be loaded. */
  FAILED("failed to load", "the server's log has the reason"),
  /** An operator has unloaded it. */
  UNLOADED("is unloaded", "load it on the management port"),
  /** The store has no version of it that could be served. */
  MISSING(
      "has no version in the model store that can be served",
      "add one, or choose another default model with --model");

  private final String state;
  private final String cure;

  Absence(String state, String cure) {
    this.state = state;
    this.cure = cure;
  }

  /** What follows the name of the model in a message, such as {@code is unloaded}. */
  public String state() {
    return state;
  }

  /** State and cure of the model that is named, for people. */
  public String describe(String model) {
    return "the model '%s' %s; %s".formatted(model, state, cure);
  }
}
