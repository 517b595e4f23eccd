package io.lynxeye.serving.model;

/**
 * The life cycle of a version: TensorFlow Serving's states, and two of rollouts.
 *
 * <pre>
 *   START -> LOADING -> AVAILABLE -> UNLOADING -> END -> STOPPED
 *     |         |  |      |   |          |         |        |
 *     |         |  |      |   |          |         |        |
 *     |         |  +--> SHADOW ----------+         |        |
 *     |         +------- failed -------------------+        |
 *     +-----------------------------------------------------+
 * </pre>
 *
 * {@code LOADING} includes the warm-up: a version is {@code AVAILABLE} only after a first response.
 * A version in {@code SHADOW} is loaded like one that is {@code AVAILABLE}, but answers only
 * requests that name it. One that its rollout has {@code STOPPED} is not loaded.
 */
public enum ModelState {
  START,
  LOADING,
  AVAILABLE,
  SHADOW,
  UNLOADING,
  END,
  STOPPED;

  /** Whether a version may go from this state directly to that one. */
  public boolean mayBecome(ModelState other) {
    return switch (this) {
      case START -> other == LOADING || other == STOPPED;
      case LOADING -> other == AVAILABLE || other == SHADOW || other == END;
      case AVAILABLE -> other == SHADOW || other == UNLOADING;
      case SHADOW -> other == AVAILABLE || other == UNLOADING;
      case UNLOADING -> other == END;
      case END -> other == STOPPED;
      case STOPPED -> false;
    };
  }

  /** Whether a version in this state answers requests that name it. */
  public boolean isLoaded() {
    return this == AVAILABLE || this == SHADOW;
  }

  /** The state by the names of TensorFlow Serving, for the protocols that use them. */
  public ModelState published() {
    return switch (this) {
      case SHADOW -> AVAILABLE;
      case STOPPED -> END;
      default -> this;
    };
  }
}
