package io.lynxeye.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a version stands in its life, in TensorFlow Serving's words.
 *
 * <pre>
 *   START -> LOADING -> AVAILABLE -> UNLOADING -> END
 *               |                                  ^
 *               +------------ failed --------------+
 * </pre>
 *
 * {@code LOADING} includes the warm-up: {@code AVAILABLE} is reported only after a first answer.
 */
public enum ModelState {
  START,
  LOADING,
  AVAILABLE,
  UNLOADING,
  END;

  private Set<ModelState> next() {
    return switch (this) {
      case START -> EnumSet.of(LOADING);
      case LOADING -> EnumSet.of(AVAILABLE, END);
      case AVAILABLE -> EnumSet.of(UNLOADING);
      case UNLOADING -> EnumSet.of(END);
      case END -> EnumSet.noneOf(ModelState.class);
    };
  }

  /** Whether a version may go from this state straight to that one. */
  public boolean mayBecome(ModelState other) {
    return next().contains(other);
  }
}
