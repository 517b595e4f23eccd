package io.lynxeye.serving.model;

/**
 * The life cycle of a version, with TensorFlow Serving's names.
 *
 * <pre>
 *   START -> LOADING -> AVAILABLE -> UNLOADING -> END
 *               |                                  ^
 *               +------------ failed --------------+
 * </pre>
 *
 * {@code LOADING} includes the warm-up: a version is {@code AVAILABLE} only after a first response.
 */
public enum ModelState {
  START,
  LOADING,
  AVAILABLE,
  UNLOADING,
  END;

  /** Whether a version may go from this state directly to that one. */
  public boolean mayBecome(ModelState other) {
    return switch (this) {
      case START -> other == LOADING;
      case LOADING -> other == AVAILABLE || other == END;
      case AVAILABLE -> other == UNLOADING;
      case UNLOADING -> other == END;
      case END -> false;
    };
  }
}
