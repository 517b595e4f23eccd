package io.lynxeye.serving.scoring;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.lifecycle.ServedModel;

/** Receives what was scored for requests that named no version, after their callers have it. */
@FunctionalInterface
public interface ScoreListener {

  /** Receives nothing. */
  ScoreListener NONE = (model, input, result) -> {};

  /** Passes everything on to both. */
  static ScoreListener both(ScoreListener first, ScoreListener second) {
    return (model, input, result) -> {
      first.scored(model, input, result);
      second.scored(model, input, result);
    };
  }

  /** Called on a worker's thread: returns at once, and throws nothing. */
  void scored(ServedModel model, ModelInput input, ScoreResult result);
}
