package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.Prediction;
import io.lynxeye.serving.scoring.ScoreResult;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The results of a request as tensors: the scores, other outputs unchanged, and the content that a
 * custom translator makes as an output of BYTES called {@value #MADE}.
 *
 * @param results one per image, in order; at least one
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
    List<String> names = names(signature);
    Set<String> asked = new HashSet<>();
    for (RequestedOutput output : wanted) {
      if (!asked.add(output.name())) {
        throw new InvalidInputException("an output is requested twice; request it once");
      }
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
   * The requested outputs, each for all images.
   *
   * @param wanted the outputs in the order of the answer; empty = all
   * @throws InvalidInputException when the model has no such output, or classes of an output are
   *     requested that has none
   */
  public List<OutputTensor> tensors(List<RequestedOutput> wanted) throws InvalidInputException {
    ModelSignature signature = results.get(0).model().signature();
    check(signature, wanted);
    List<RequestedOutput> asked =
        wanted.isEmpty()
            ? names(signature).stream().map(name -> new RequestedOutput(name, 0)).toList()
            : wanted;
    List<OutputTensor> tensors = new ArrayList<>();
    for (RequestedOutput output : asked) {
      tensors.add(output.classes() > 0 ? classes(output) : tensor(output.name()));
    }
    return tensors;
  }

  private OutputTensor tensor(String name) {
    ModelOutput first = results.get(0).output();
    if (first instanceof ModelOutput.Scores scores) {
      return scores(name, scores.values().length);
    }
    return first instanceof ModelOutput.Tensors ? joined(name) : made(name);
  }

  private OutputTensor scores(String name, int classes) {
    ByteBuffer data =
        ByteBuffer.allocate(results.size() * classes * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (ScoreResult result : results) {
      data.asFloatBuffer().put(((ModelOutput.Scores) result.output()).values());
      data.position(data.position() + classes * Float.BYTES);
    }
    return new OutputTensor(
        name, Datatype.FP32, shape(List.of(1L, (long) classes)), data.array(), List.of());
  }

  private OutputTensor joined(String name) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    TensorSpec spec = named(results.get(0), name).spec();
    for (ScoreResult result : results) {
      data.writeBytes(named(result, name).data());
    }
    return new OutputTensor(
        name,
        Datatype.of(spec.type()),
        shape(spec.shape().orElseThrow()),
        data.toByteArray(),
        List.of());
  }

  private static ModelOutput.Tensor named(ScoreResult result, String name) {
    return ((ModelOutput.Tensors) result.output())
        .all().stream()
            .filter(tensor -> tensor.spec().name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the model returned no output " + name));
  }

  private OutputTensor made(String name) {
    List<byte[]> bodies =
        results.stream().map(result -> ((ModelOutput.Content) result.output()).body()).toList();
    return strings(name, List.of(1L), bodies);
  }

  /** The best classes, each as {@code score:index:label}. */
  private OutputTensor classes(RequestedOutput wanted) throws InvalidInputException {
    if (results.stream().anyMatch(result -> !(result.output() instanceof ModelOutput.Scores))) {
      throw new InvalidInputException(
          "output '%s' has no classes; leave out parameter 'classification'"
              .formatted(wanted.name()));
    }
    List<byte[]> elements =
        results.stream()
            .flatMap(result -> result.best(wanted.classes()).stream())
            .map(TensorOutputs::text)
            .toList();
    return strings(wanted.name(), List.of(1L, (long) elements.size() / results.size()), elements);
  }

  private static byte[] text(Prediction prediction) {
    return (prediction.probability() + ":" + prediction.index() + ":" + prediction.label())
        .getBytes(StandardCharsets.UTF_8);
  }

  private OutputTensor strings(String name, List<Long> ofOne, List<byte[]> elements) {
    return new OutputTensor(name, Datatype.BYTES, shape(ofOne), new byte[0], elements);
  }

  private List<Long> shape(List<Long> ofOne) {
    return Stream.concat(Stream.of((long) results.size()), ofOne.stream().skip(1)).toList();
  }
}
