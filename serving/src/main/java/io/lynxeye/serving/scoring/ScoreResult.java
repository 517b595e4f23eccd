package io.lynxeye.serving.scoring;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.postprocess.TopK;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
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

  private static final String JSON = "application/json";

  /** A result with the {@code topK} best predictions. */
  static ScoreResult of(ModelDescription model, ModelOutput output, int topK, Timing timing) {
    return new ScoreResult(model, best(model, output, topK), output, timing);
  }

  /** This many of the best classes, best first; empty if the output is not one score per class. */
  public List<Prediction> best(int classes) {
    return best(model, output, classes);
  }

  private static List<Prediction> best(ModelDescription model, ModelOutput output, int classes) {
    Optional<ModelOutput.Scores> all =
        output instanceof ModelOutput.Tensors tensors ? tensors.scores() : Optional.empty();
    if (all.isEmpty()) {
      return List.of();
    }
    float[] scores = all.get().values();
    return Arrays.stream(TopK.indices(scores, 0, scores.length, classes))
        .mapToObj(index -> new Prediction(index, model.label(index), scores[index]))
        .toList();
  }

  /**
   * The response to an image whose outputs are tensors without class scores, as JSON in pieces:
   * {@code [[0.5,1.5]]}, or several outputs as an object by their names. Empty for any other.
   *
   * @param maxJson most elements that may be written as JSON
   * @throws InvalidInputException if there are more, or one is not a finite number
   */
  public Optional<Iterator<String>> json(long maxJson) throws InvalidInputException {
    if (!(output instanceof ModelOutput.Tensors tensors) || tensors.scores().isPresent()) {
      return Optional.empty();
    }
    List<Tensor> shown = shown(tensors);
    TensorJson.check(shown, maxJson);
    return Optional.of(json(shown));
  }

  /** What a custom translator made, or {@link #json} as a whole; empty if there are scores. */
  public Optional<ModelOutput.Content> content() {
    if (output instanceof ModelOutput.Content content) {
      return Optional.of(content);
    }
    try {
      return json(Long.MAX_VALUE)
          .map(TensorJson::text)
          .map(text -> text.getBytes(StandardCharsets.UTF_8))
          .map(body -> new ModelOutput.Content(JSON, body));
    } catch (InvalidInputException e) {
      throw new NotNumbersException(e.getMessage());
    }
  }

  /** The size of the output in memory. */
  public long bytes() {
    if (output instanceof ModelOutput.Content content) {
      return content.body().length;
    }
    long bytes = 0;
    for (Tensor tensor : ((ModelOutput.Tensors) output).all()) {
      bytes += tensor.data().remaining();
      for (byte[] string : tensor.strings()) {
        bytes += string.length;
      }
    }
    return bytes;
  }

  /** The class scores; empty if the output is something else. */
  public Optional<ModelOutput.Scores> scores() {
    return output instanceof ModelOutput.Tensors tensors ? tensors.scores() : Optional.empty();
  }

  /** The output that the manifest chooses, or all. */
  private List<Tensor> shown(ModelOutput.Tensors tensors) {
    return model.answer().flatMap(tensors::named).map(List::of).orElse(tensors.all());
  }

  private static Iterator<String> json(List<Tensor> tensors) {
    List<Iterator<String>> parts = new ArrayList<>();
    boolean isOne = tensors.size() == 1;
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      String name = (i == 0 ? "{" : ",") + TensorJson.quoted(tensor.name()) + ":";
      parts.add(List.of(isOne ? "" : name).iterator());
      parts.add(TensorJson.nested(tensor, TensorJson.Bytes.BASE64_STRINGS));
    }
    parts.add(List.of(isOne ? "" : "}").iterator());
    return TensorJson.joined(parts.iterator());
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
