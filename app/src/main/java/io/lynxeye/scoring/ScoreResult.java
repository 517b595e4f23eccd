package io.lynxeye.scoring;

import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.translators.TopK;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
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

  /** A scored picture of which so many predictions are told. */
  static ScoreResult of(ModelDescription model, ModelOutput output, int topK, Timing timing) {
    return new ScoreResult(model, best(model, output, topK), output, timing);
  }

  /** The best so many classes, best first; none when the output is no scores. */
  public List<Prediction> best(int classes) {
    return best(model, output, classes);
  }

  private static List<Prediction> best(ModelDescription model, ModelOutput output, int classes) {
    if (!(output instanceof ModelOutput.Scores all)) {
      return List.of();
    }
    float[] scores = all.values();
    return Arrays.stream(TopK.indices(scores, 0, scores.length, classes))
        .mapToObj(index -> new Prediction(index, model.label(index), scores[index]))
        .toList();
  }

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
