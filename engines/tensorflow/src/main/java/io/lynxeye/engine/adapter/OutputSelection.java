package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import java.util.List;
import java.util.Optional;

/**
 * Selects which of a model's outputs are served, and how: one as class scores, from which
 * predictions are made, or all of them as tensors.
 *
 * <p>The output is served as scores if something says that the model classifies: labels, {@code
 * topK} or {@code applySoftmax} in the manifest, or an output called {@code probabilities}.
 *
 * @param outputs the served outputs, in the model's order; exactly one if {@code isScores}
 * @param isScores whether the output has one score per class
 */
public record OutputSelection(List<TensorSpec> outputs, boolean isScores) {

  private static final String PROBABILITIES = "probabilities";

  /**
   * Selects the outputs to serve.
   *
   * @param all the model's outputs
   * @param labels its labels; empty when it has none
   * @throws ModelLoadException when the selected output does not exist or cannot be served
   */
  public static OutputSelection of(
      List<TensorSpec> all, ModelManifest manifest, List<String> labels) throws ModelLoadException {
    boolean classifies =
        !labels.isEmpty() || manifest.applySoftmax() || manifest.arguments().containsKey("topK");
    Optional<String> wanted =
        manifest.output().or(() -> has(all, PROBABILITIES)).or(() -> only(all));
    if (wanted.isEmpty() && !classifies) {
      return new OutputSelection(writable(all), false);
    }
    TensorSpec one = find(all, wanted.orElse(PROBABILITIES));
    if (!classifies && !one.name().equals(PROBABILITIES)) {
      return new OutputSelection(writable(List.of(one)), false);
    }
    requireScores(one, all, labels);
    return new OutputSelection(List.of(one), true);
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

  /** Returns the outputs if each can be written as JSON. */
  private static List<TensorSpec> writable(List<TensorSpec> outputs) throws ModelLoadException {
    for (TensorSpec output : outputs) {
      if (!TensorOutput.TYPES.contains(output.type())) {
        throw new ModelLoadException(
            "output %s cannot be written as JSON; set output to one of type %s, of: %s"
                .formatted(
                    output, String.join(", ", TensorOutput.TYPES), TensorSpec.describe(outputs)));
      }
      if (output.numbers() > TensorOutput.MAX_NUMBERS) {
        throw new ModelLoadException(
            "output %s has %,d numbers per image, more than the limit of %,d for JSON"
                .formatted(output, output.numbers(), TensorOutput.MAX_NUMBERS));
      }
    }
    return outputs;
  }

  /** Creates the adapter that reads the selected outputs from an inference call's results. */
  public OutputAdapter adapter(boolean applySoftmax) {
    return isScores
        ? new ScoreOutput(outputs.get(0).name(), applySoftmax)
        : new TensorOutput(outputs.stream().map(TensorSpec::name).toList());
  }

  /** Returns the outputs in the form {@code probabilities: float [-1, 1000]}. */
  public String describe() {
    return TensorSpec.describe(outputs);
  }
}
