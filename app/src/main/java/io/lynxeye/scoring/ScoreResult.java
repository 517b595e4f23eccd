package io.lynxeye.scoring;

import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import java.time.Duration;
import java.util.List;

/**
 * A scored picture.
 *
 * @param model which version scored it
 * @param predictions best first; none when the output is no scores
 * @param output what the model said
 * @param timing where the time went
 */
public record ScoreResult(
    ModelDescription model, List<Prediction> predictions, ModelOutput output, Timing timing) {

  /**
   * Where a request's time went.
   *
   * @param decode bytes to sample
   * @param queue waiting for the engine
   * @param engine the engine call, shared with the rest of the batch
   * @param batchSize pictures in that call
   */
  public record Timing(Duration decode, Duration queue, Duration engine, int batchSize) {}
}
