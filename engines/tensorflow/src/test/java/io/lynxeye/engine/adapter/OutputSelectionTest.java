package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputSelectionTest {

  private static final TensorSpec SCORES = spec("scores", "float", -1, 3);
  private static final TensorSpec LOGITS = spec("logits", "float", -1, 3);
  private static final TensorSpec PROBABILITIES = spec("probabilities", "float", -1, 3);
  private static final TensorSpec CLASSES = spec("classes", "int64", -1);
  private static final List<String> NO_LABELS = List.of();
  private static final List<String> LABELS = List.of("red", "green", "blue");
  private static final OutputSelection ALL = new OutputSelection(Optional.empty(), false, false);

  private static TensorSpec spec(String name, String type, long... sizes) {
    return new TensorSpec(name, type, Optional.of(Arrays.stream(sizes).boxed().toList()));
  }

  private static OutputSelection choose(
      List<TensorSpec> outputs, Map<String, String> manifest, List<String> labels)
      throws ModelLoadException {
    return OutputSelection.of(outputs, ModelManifest.of(manifest), labels);
  }

  private static OutputSelection scores(String name) {
    return new OutputSelection(Optional.of(name), true, false);
  }

  private static void assertRefused(
      List<TensorSpec> outputs, Map<String, String> manifest, List<String> labels, String reason) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> choose(outputs, manifest, labels))
        .withMessage(reason);
  }

  @Test
  void theOnlyOutputOfAModelWithLabelsHasScores() throws Exception {
    assertThat(choose(List.of(SCORES), Map.of(), LABELS)).isEqualTo(scores("scores"));
  }

  @ParameterizedTest
  @CsvSource({"topK, 3, false", "applySoftmax, true, true"})
  void theOnlyOutputHasScoresIfTheManifestHasClassificationKeys(
      String key, String value, boolean applySoftmax) throws Exception {
    assertThat(choose(List.of(SCORES), Map.of(key, value), NO_LABELS))
        .isEqualTo(new OutputSelection(Optional.of("scores"), true, applySoftmax));
  }

  @Test
  void anOutputNamedProbabilitiesHasScores() throws Exception {
    assertThat(choose(List.of(CLASSES, PROBABILITIES), Map.of(), NO_LABELS))
        .isEqualTo(scores("probabilities"));
  }

  @Test
  void anOutputNamedProbabilitiesOfAnotherShapeHasNone() throws Exception {
    TensorSpec maps = spec("probabilities", "float", -1, 7, 7, 9);

    assertThat(choose(List.of(CLASSES, maps), Map.of(), NO_LABELS)).isEqualTo(ALL);
  }

  @Test
  void otherwiseTheOnlyOutputIsReturnedUnchanged() throws Exception {
    assertThat(choose(List.of(SCORES), Map.of(), NO_LABELS)).isEqualTo(ALL);
  }

  @Test
  void severalOutputsAreReturnedUnchanged() throws Exception {
    OutputSelection choice = choose(List.of(CLASSES, LOGITS), Map.of(), NO_LABELS);

    assertThat(choice).isEqualTo(ALL);
    assertThat(choice.describe(List.of(CLASSES, LOGITS)))
        .isEqualTo("classes: int64 [-1], logits: float [-1, 3]");
  }

  @Test
  void theOutputInTheManifestTakesPrecedence() throws Exception {
    List<TensorSpec> two = List.of(LOGITS, PROBABILITIES);
    OutputSelection logits = choose(two, Map.of("output", "logits"), LABELS);

    assertThat(logits).isEqualTo(scores("logits"));
    assertThat(logits.describe(two)).isEqualTo("logits: float [-1, 3]");
    assertThat(choose(List.of(CLASSES, LOGITS), Map.of("output", "classes"), NO_LABELS))
        .isEqualTo(new OutputSelection(Optional.of("classes"), false, false));
  }

  @Test
  void labelsWithSeveralOutputsNeedOneNamedProbabilities() {
    assertRefused(
        List.of(CLASSES, LOGITS),
        Map.of(),
        LABELS,
        "it has no output 'probabilities'; set output to one of: classes: int64 [-1], logits:"
            + " float [-1, 3]");
  }

  @Test
  void anUnknownOutputIsRefused() {
    assertRefused(
        List.of(SCORES),
        Map.of("output", "logits"),
        NO_LABELS,
        "it has no output 'logits'; set output to one of: scores: float [-1, 3]");
  }

  /** Those of a TorchScript program without images: there are no scores without an image. */
  @Test
  void outputsThatAreNotKnownBeforeACallAreReturnedUnchanged() throws Exception {
    assertThat(choose(List.of(), Map.of(), NO_LABELS)).isEqualTo(ALL);
    assertThat(choose(List.of(), Map.of("topK", "3"), LABELS)).isEqualTo(ALL);
  }

  @ParameterizedTest
  @CsvSource({"int64, -1 3, 'int64 [-1, 3]'", "float, -1 7 7 9, 'float [-1, 7, 7, 9]'"})
  void scoresOfAnotherTypeOrRankAreRefused(String type, String shape, String description) {
    long[] sizes = Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();

    assertRefused(
        List.of(spec("scores", type, sizes)),
        Map.of(),
        LABELS,
        "output scores: %1$s is not float [-1, classes]; set output to one that is, of: scores: %1$s"
            .formatted(description));
  }

  @ParameterizedTest
  @CsvSource({"half", "bfloat16", "float", "double"})
  void scoresMayBeOfEveryPrecision(String type) throws Exception {
    assertThat(choose(List.of(spec("scores", type, -1, 3)), Map.of(), LABELS).isScores()).isTrue();
  }

  @Test
  void labelsThatDoNotFitTheClassesAreRefused() {
    assertRefused(
        List.of(SCORES),
        Map.of(),
        List.of("red", "green"),
        "there are 2 labels, but output scores has 3 classes");
  }

  @Test
  void anyOutputIsServedOfWhateverTypeAndSize() throws Exception {
    assertThat(choose(List.of(spec("names", "string", -1)), Map.of(), NO_LABELS)).isEqualTo(ALL);
    assertThat(choose(List.of(spec("mask", "float", -1, 1024, 1024)), Map.of(), NO_LABELS))
        .isEqualTo(ALL);
  }

  private static Tensor floats(String name, List<Long> shape, float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(4 * values.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return Tensor.of(name, Datatype.FP32, shape, data);
  }

  @Test
  void softmaxIsForTheScoresAloneAndTheOutputKeepsItsLogits() {
    Tensor logits = floats("logits", List.of(1L, 2L), 0, (float) Math.log(3));

    ModelOutput.Tensors result =
        new OutputSelection(Optional.of("logits"), true, true).result(List.of(logits));

    assertThat(result.all()).containsExactly(logits);
    ModelOutput.Scores scores = result.scores().orElseThrow();
    assertThat(scores.output()).isEqualTo("logits");
    assertThat(scores.values()).containsExactly(new float[] {0.25f, 0.75f}, within(1e-6f));
  }

  @Test
  void scoresAreThoseOfOneRow() {
    OutputSelection selection = scores("scores");

    assertThat(
            selection
                .result(List.of(floats("scores", List.of(1L, 2L), 1, 2)))
                .scores()
                .orElseThrow()
                .values())
        .containsExactly(1, 2);
    for (List<Long> shape : List.of(List.of(2L, 1L), List.of(2L), List.of(1L, 1L, 2L))) {
      assertThat(selection.result(List.of(floats("scores", shape, 1, 2))).scores()).isEmpty();
    }
    assertThat(selection.result(List.of(floats("other", List.of(1L, 2L), 1, 2))).scores())
        .isEmpty();
    assertThat(ALL.result(List.of(floats("scores", List.of(1L, 2L), 1, 2))).scores()).isEmpty();
  }

  @Test
  void scoresThatAreNotNumbersAreAModelError() {
    assertThatExceptionOfType(NotNumbersException.class)
        .isThrownBy(
            () -> scores("scores").result(List.of(floats("scores", List.of(1L, 2L), 1, Float.NaN))))
        .withMessage("the model's scores are not numbers");
  }
}
