package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.translators.postprocess.TopK;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The results of a request as tensors: the model's outputs unchanged, and the content that a custom
 * translator makes as an output of BYTES called {@value #MADE}.
 *
 * @param results one per input, in order; at least one
 */
public record TensorOutputs(List<ScoreResult> results) {

  /** The output of a model with a custom translator. */
  public static final String MADE = "output";

  /**
   * Refuses before scoring what {@link #tensors} would refuse after it.
   *
   * @throws InvalidInputException when the model has no such output, or one is requested twice
   */
  public static void check(ModelSignature signature, List<RequestedOutput> wanted)
      throws InvalidInputException {
    Set<String> asked = new HashSet<>();
    for (RequestedOutput output : wanted) {
      if (!asked.add(output.name())) {
        throw new InvalidInputException("an output is requested twice; request it once");
      }
    }
    if (!signature.outputs().isEmpty() || signature.takes() == ModelSignature.Takes.IMAGES) {
      requireKnown(names(signature), wanted);
    }
  }

  private static void requireKnown(List<String> names, List<RequestedOutput> wanted)
      throws InvalidInputException {
    for (RequestedOutput output : wanted) {
      if (!names.contains(output.name())) {
        throw new InvalidInputException(
            "the model has no output '%s'; it has %s"
                .formatted(Excerpt.of(output.name()), String.join(", ", names)));
      }
    }
  }

  private static List<String> names(ModelSignature signature) {
    return signature.outputs().isEmpty()
        ? List.of(MADE)
        : signature.outputs().stream().map(TensorSpec::name).toList();
  }

  /**
   * All outputs, each for all inputs of the request.
   *
   * @throws InvalidInputException when the rows of an output differ in shape
   */
  public List<Tensor> all() throws InvalidInputException {
    return tensors(List.of());
  }

  /**
   * The requested outputs, each for all inputs of the request.
   *
   * @param wanted the outputs in the order of the answer; empty = all
   * @throws InvalidInputException when the model has no such output, or classes of an output are
   *     requested that has none, or its rows differ in shape
   */
  public List<Tensor> tensors(List<RequestedOutput> wanted) throws InvalidInputException {
    boolean isMade = results.get(0).output() instanceof ModelOutput.Content;
    List<String> names =
        results.get(0).output() instanceof ModelOutput.Tensors first
            ? first.all().stream().map(Tensor::name).toList()
            : List.of(MADE);
    requireKnown(names, wanted);
    List<RequestedOutput> asked =
        wanted.isEmpty()
            ? names.stream().map(name -> new RequestedOutput(name, 0)).toList()
            : wanted;
    List<Tensor> tensors = new ArrayList<>();
    for (RequestedOutput output : asked) {
      Tensor tensor = isMade ? made() : joined(output.name());
      tensors.add(output.classes() > 0 ? classes(tensor, output.classes()) : tensor);
    }
    return tensors;
  }

  private Tensor joined(String name) throws InvalidInputException {
    List<Tensor> parts =
        results.stream()
            .map(result -> ((ModelOutput.Tensors) result.output()).named(name).orElseThrow())
            .toList();
    List<Long> row = row(parts.get(0));
    if (parts.stream().anyMatch(part -> !row(part).equals(row))) {
      throw new InvalidInputException(
          "output '%s' has rows of different shapes; send the inputs one by one".formatted(name));
    }
    return Tensor.join(parts);
  }

  private static List<Long> row(Tensor tensor) {
    return tensor.shape().stream().skip(1).toList();
  }

  private Tensor made() {
    List<byte[]> bodies =
        results.stream().map(result -> ((ModelOutput.Content) result.output()).body()).toList();
    return Tensor.ofStrings(MADE, List.of((long) bodies.size()), bodies);
  }

  /** The best classes of each row, each as {@code score:index:label}. */
  private Tensor classes(Tensor scores, int count) throws InvalidInputException {
    if (!scores.spec().isScores()) {
      throw new InvalidInputException(
          "output '%s' has no classes; leave out parameter 'classification'"
              .formatted(scores.name()));
    }
    int rows = scores.rows();
    int classes = Math.toIntExact(scores.shape().get(1));
    float[] values = scores.floats();
    List<byte[]> elements = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int best : TopK.indices(values, row * classes, classes, count)) {
        String text =
            values[row * classes + best] + ":" + best + ":" + results.get(0).model().label(best);
        elements.add(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return Tensor.ofStrings(
        scores.name(), List.of((long) rows, (long) elements.size() / Math.max(1, rows)), elements);
  }
}
