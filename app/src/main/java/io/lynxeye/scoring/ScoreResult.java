package io.lynxeye.scoring;

import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

  /** What is no scores, ready to be sent whatever the protocol: tensors as JSON. */
  public Optional<ModelOutput.Content> content() {
    if (output instanceof ModelOutput.Tensors tensors) {
      byte[] json = TensorJson.of(tensors).getBytes(StandardCharsets.US_ASCII);
      return Optional.of(new ModelOutput.Content("application/json", json));
    }
    return output instanceof ModelOutput.Content content ? Optional.of(content) : Optional.empty();
  }

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
