package io.lynxeye.translators.postprocess;

import io.lynxeye.translators.preprocess.Arguments;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How a model's scores become a classification, from its {@code serving.properties}.
 *
 * @param topK number of classes to report, best first
 * @param applySoftmax whether the model returns logits, which are converted to probabilities
 * @param output name of the model output that holds the scores; not needed where there is only one
 * @param labels the class names, or empty if they are in {@code labelFile}
 * @param labelFile file next to the model with one class name per line
 */
public record Postprocessing(
    int topK, boolean applySoftmax, String output, List<String> labels, String labelFile) {

  /** The supported arguments. */
  public static final Set<String> KEYS =
      Set.of(
          "topK", "applySoftmax", "output", "synset", "synsetFileName", "synsetUrl", "batchifier");

  /** Copies the labels. */
  public Postprocessing {
    labels = List.copyOf(labels);
  }

  /**
   * Reads the arguments; names and meanings are those of DJL's image translators, except {@code
   * output}.
   *
   * @param arguments as DJL passes them to a translator factory; unknown keys are ignored
   * @throws IllegalArgumentException listing every problem, each with its key
   */
  public static Postprocessing from(Map<String, ?> arguments) {
    Arguments reader = new Arguments(arguments);
    Postprocessing postprocessing = parse(reader);
    reader.check();
    return postprocessing;
  }

  /** Reads the arguments; the result is valid only if {@link Arguments#check} passes afterwards. */
  public static Postprocessing parse(Arguments arguments) {
    String synset = arguments.text("synset", "");
    if (!arguments.text("synsetUrl", "").isEmpty()) {
      arguments.problem("synsetUrl", "is not supported; put the labels next to the model");
    }
    if (!arguments.text("batchifier", "stack").toLowerCase(Locale.ROOT).equals("stack")) {
      arguments.problem("batchifier", "is not supported; only stack is");
    }
    return new Postprocessing(
        arguments.integer("topK", 5, 1_000_000),
        arguments.flag("applySoftmax", false),
        arguments.text("output", "probabilities"),
        synset.isEmpty() ? List.of() : List.of(synset.split("\\s*,\\s*")),
        arguments.text("synsetFileName", "synset.txt"));
  }
}
