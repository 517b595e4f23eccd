package io.lynxeye.serving.scoring;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.lifecycle.ServedModel;

/**
 * Receives what was scored for requests that named no version, after their callers have it. Called
 * on threads of the request path: returns at once, and throws nothing.
 */
public interface ScoreListener {

  /** Receives nothing. */
  ScoreListener NONE =
      new ScoreListener() {
        @Override
        public void scored(ServedModel model, Scored scored) {}

        @Override
        public void failed(ServedModel model) {}
      };

  /** Passes everything on to both. */
  static ScoreListener both(ScoreListener first, ScoreListener second) {
    return new ScoreListener() {
      @Override
      public void scored(ServedModel model, Scored scored) {
        first.scored(model, scored);
        second.scored(model, scored);
      }

      @Override
      public void failed(ServedModel model) {
        first.failed(model);
        second.failed(model);
      }
    };
  }

  /**
   * An input with its answer.
   *
   * @param requestId of its request; empty if it has none
   * @param number the place of the input in its request, from 0
   */
  record Scored(String requestId, int number, ModelInput input, ScoreResult result) {}

  /** A version has answered. */
  void scored(ServedModel model, Scored scored);

  /** A version has failed on an input that the serving version could answer, or was too late. */
  void failed(ServedModel model);
}
