package io.lynxeye.serving.model;

/**
 * The life cycle of a version: TensorFlow Serving's states, and three of rollouts.
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
 * requests that name it; one in {@code CANARY}, which takes the same place, answers a share of the
 * others too. One that its rollout has {@code STOPPED} is not loaded.
 */
public enum ModelState {
  START,
  LOADING,
  AVAILABLE,
  SHADOW,
  CANARY,
  UNLOADING,
  END,
  STOPPED;

  /** Whether a version may go from this state directly to that one. */
  public boolean mayBecome(ModelState other) {
    return switch (this) {
      case START -> other == LOADING || other == STOPPED;
      case LOADING -> other.isLoaded() || other == END;
      case AVAILABLE, SHADOW, CANARY -> other != this && (other.isLoaded() || other == UNLOADING);
      case UNLOADING -> other == END;
      case END -> other == STOPPED;
      case STOPPED -> false;
    };
  }

  /** Whether a version in this state answers requests that name it. */
  public boolean isLoaded() {
    return this == AVAILABLE || isOnTrial();
  }

  /** Whether a version in this state is compared with the one that serves. */
  public boolean isOnTrial() {
    return this == SHADOW || this == CANARY;
  }

  /** The state by the names of TensorFlow Serving, for the protocols that use them. */
  public ModelState published() {
    return switch (this) {
      case SHADOW, CANARY -> AVAILABLE;
      case STOPPED -> END;
      default -> this;
    };
  }
}
