package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.translators.postprocess.Softmax;
import java.util.List;
import java.util.Optional;

/**
 * Selects the output of a model that the response to an image is made from: its class scores, or
 * the output that the manifest chooses. All outputs stay available to the tensor protocols.
 *
 * <p>The output has class scores if something says that the model classifies: labels, {@code topK}
 * or {@code applySoftmax} in the manifest, or an output called {@code probabilities}.
 *
 * @param name the selected output; empty = all
 * @param isScores whether it has one score per class
 * @param applySoftmax whether to turn logits into probabilities
 */
public record OutputSelection(Optional<String> name, boolean isScores, boolean applySoftmax) {

  private static final String PROBABILITIES = "probabilities";

  /**
   * Selects the output.
   *
   * @param all the model's outputs; empty if they are not known before a call
   * @param labels its labels; empty when it has none
   * @throws ModelLoadException when the selected output does not exist or cannot be served
   */
  public static OutputSelection of(
      List<TensorSpec> all, ModelManifest manifest, List<String> labels) throws ModelLoadException {
    boolean classifies =
        !labels.isEmpty() || manifest.applySoftmax() || manifest.arguments().containsKey("topK");
    Optional<String> wanted =
        manifest.output().or(() -> has(all, PROBABILITIES)).or(() -> only(all));
    if (all.isEmpty() || (wanted.isEmpty() && !classifies)) {
      return new OutputSelection(manifest.output(), false, false);
    }
    TensorSpec one = find(all, wanted.orElse(PROBABILITIES));
    if (!classifies && !one.name().equals(PROBABILITIES)) {
      return new OutputSelection(manifest.output(), false, false);
    }
    if (!classifies && !one.isScores()) { // Only its name says so, and that is no promise.
      return new OutputSelection(manifest.output(), false, false);
    }
    requireScores(one, all, labels);
    return new OutputSelection(Optional.of(one.name()), true, manifest.applySoftmax());
  }

  private static Optional<String> has(List<TensorSpec> all, String name) {
    return all.stream().map(TensorSpec::name).filter(name::equals).findFirst();
  }

  private static Optional<String> only(List<TensorSpec> all) {
    return all.size() == 1 ? Optional.of(all.get(0).name()) : Optional.empty();
  }

  private static TensorSpec find(List<TensorSpec> all, String name) throws ModelLoadException {
    return all.stream()
        .filter(output -> output.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelLoadException(
                    "it has no output '%s'; set output to one of: %s"
                        .formatted(name, TensorSpec.describe(all))));
  }

  private static void requireScores(TensorSpec one, List<TensorSpec> all, List<String> labels)
      throws ModelLoadException {
    if (!one.isScores()) {
      throw new ModelLoadException(
          "output %s is not float [-1, classes]; set output to one that is, of: %s"
              .formatted(one, TensorSpec.describe(all)));
    }
    if (!labels.isEmpty() && one.classes() >= 0 && one.classes() != labels.size()) {
      throw new ModelLoadException(
          "there are %d labels, but output %s has %d classes"
              .formatted(labels.size(), one.name(), one.classes()));
    }
  }

  /**
   * The result of one input.
   *
   * @param outputs the model's outputs for it
   * @throws NotNumbersException when a score is not finite
   */
  ModelOutput.Tensors result(List<Tensor> outputs) {
    Optional<Tensor> scores =
        outputs.stream()
            .filter(output -> isScores && output.name().equals(name.orElseThrow()))
            .filter(output -> output.shape().size() == 2 && output.rows() == 1)
            .findFirst();
    return new ModelOutput.Tensors(outputs, scores.map(this::scores));
  }

  private ModelOutput.Scores scores(Tensor tensor) {
    float[] values = tensor.floats();
    if (applySoftmax) {
      Softmax.inPlace(values, 0, values.length);
    }
    for (float value : values) {
      if (!Float.isFinite(value)) { // JSON can express neither infinity nor NaN.
        throw new NotNumbersException("the model's scores are not numbers");
      }
    }
    return new ModelOutput.Scores(tensor.name(), values);
  }

  /** The selected output in the form {@code probabilities: float [-1, 1000]}, or all. */
  public String describe(List<TensorSpec> all) {
    return TensorSpec.describe(
        all.stream().filter(o -> name.isEmpty() || name.get().equals(o.name())).toList());
  }
}
