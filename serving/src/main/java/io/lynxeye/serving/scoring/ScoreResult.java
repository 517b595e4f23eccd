package io.lynxeye.serving.scoring;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.translators.postprocess.TopK;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The result for one image.
 *
 * @param model the version that scored it
 * @param predictions best first; empty if the output is not one score per class
 * @param output the model's output
 * @param timing the time spent in each stage
 */
public record ScoreResult(
    ModelDescription model, List<Prediction> predictions, ModelOutput output, Timing timing) {

  /** A result with the {@code topK} best predictions. */
  static ScoreResult of(ModelDescription model, ModelOutput output, int topK, Timing timing) {
    return new ScoreResult(model, best(model, output, topK), output, timing);
  }

  /** This many of the best classes, best first; empty if the output is not one score per class. */
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

  /** An output other than scores, ready to be sent in any protocol: tensors as JSON. */
  public Optional<ModelOutput.Content> content() {
    if (output instanceof ModelOutput.Tensors tensors) {
      byte[] json = TensorJson.of(tensors).getBytes(StandardCharsets.UTF_8);
      return Optional.of(new ModelOutput.Content("application/json", json));
    }
    return output instanceof ModelOutput.Content content ? Optional.of(content) : Optional.empty();
  }

  /**
   * The time spent in each stage.
   *
   * @param decode decoding and preprocessing
   * @param queue waiting for the engine
   * @param engine the inference call, shared with the rest of the batch
   * @param batchSize images in that call
   */
  public record Timing(Duration decode, Duration queue, Duration engine, int batchSize) {}
}
