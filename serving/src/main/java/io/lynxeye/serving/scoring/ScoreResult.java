package io.lynxeye.serving.scoring;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.translators.postprocess.TopK;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
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
   * The response to an image that has no class scores, in pieces: what a custom translator made, or
   * tensors as JSON. Empty if there are scores.
   *
   * @param maxJson most elements that may be written as JSON
   * @throws InvalidInputException if there are more, or one is not a finite number
   */
  public Optional<Pieces> pieces(long maxJson) throws InvalidInputException {
    if (output instanceof ModelOutput.Content content) {
      return Optional.of(new Pieces(content.contentType(), List.of(content.body()).iterator()));
    }
    ModelOutput.Tensors tensors = (ModelOutput.Tensors) output;
    if (tensors.scores().isPresent()) {
      return Optional.empty();
    }
    List<Tensor> shown = shown(tensors);
    TensorJson.check(shown, maxJson);
    return Optional.of(new Pieces("application/json", json(shown)));
  }

  /** What {@link #pieces} gives, as a whole. */
  public Optional<ModelOutput.Content> content() {
    try {
      return pieces(Long.MAX_VALUE)
          .map(pieces -> new ModelOutput.Content(pieces.contentType(), pieces.all()));
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

  /**
   * A response body in pieces.
   *
   * @param contentType of the body
   */
  public record Pieces(String contentType, Iterator<byte[]> body) {

    /** The whole body. */
    public byte[] all() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      body.forEachRemaining(all::writeBytes);
      return all.toByteArray();
    }
  }

  /** The output that the manifest chooses, or all. */
  private List<Tensor> shown(ModelOutput.Tensors tensors) {
    return model.answer().flatMap(tensors::named).map(List::of).orElse(tensors.all());
  }

  /** {@code [[0.5,1.5]]}; several outputs as an object by their names. */
  private static Iterator<byte[]> json(List<Tensor> tensors) {
    List<Iterator<String>> parts = new ArrayList<>();
    boolean isOne = tensors.size() == 1;
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      String name = (i == 0 ? "{" : ",") + TensorJson.quoted(tensor.name()) + ":";
      parts.add(List.of(isOne ? "" : name).iterator());
      parts.add(TensorJson.nested(tensor, TensorJson.Bytes.BASE64_STRINGS));
    }
    parts.add(List.of(isOne ? "" : "}").iterator());
    return new Iterator<>() {
      private int part;

      @Override
      public boolean hasNext() {
        while (part < parts.size() && !parts.get(part).hasNext()) {
          part++;
        }
        return part < parts.size();
      }

      @Override
      public byte[] next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return parts.get(part).next().getBytes(StandardCharsets.UTF_8);
      }
    };
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
