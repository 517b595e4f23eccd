package io.lynxeye.engine.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
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

  private static TensorSpec spec(String name, String type, long... sizes) {
    return new TensorSpec(name, type, Optional.of(Arrays.stream(sizes).boxed().toList()));
  }

  private static OutputSelection choose(
      List<TensorSpec> outputs, Map<String, String> manifest, List<String> labels)
      throws ModelLoadException {
    return OutputSelection.of(outputs, ModelManifest.of(manifest), labels);
  }

  private static void assertRefused(
      List<TensorSpec> outputs, Map<String, String> manifest, List<String> labels, String reason) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> choose(outputs, manifest, labels))
        .withMessage(reason);
  }

  @Test
  void theOnlyOutputOfAModelWithLabelsHasScores() throws Exception {
    assertThat(choose(List.of(SCORES), Map.of(), LABELS))
        .isEqualTo(new OutputSelection(List.of(SCORES), true));
  }

  @ParameterizedTest
  @CsvSource({"topK, 3", "applySoftmax, true"})
  void theOnlyOutputHasScoresIfTheManifestHasClassificationKeys(String key, String value)
      throws Exception {
    assertThat(choose(List.of(SCORES), Map.of(key, value), NO_LABELS).isScores()).isTrue();
  }

  @Test
  void anOutputNamedProbabilitiesHasScores() throws Exception {
    assertThat(choose(List.of(CLASSES, PROBABILITIES), Map.of(), NO_LABELS))
        .isEqualTo(new OutputSelection(List.of(PROBABILITIES), true));
  }

  @Test
  void otherwiseTheOnlyOutputIsReturnedUnchanged() throws Exception {
    assertThat(choose(List.of(SCORES), Map.of(), NO_LABELS))
        .isEqualTo(new OutputSelection(List.of(SCORES), false));
  }

  @Test
  void severalOutputsAreReturnedUnchanged() throws Exception {
    OutputSelection choice = choose(List.of(CLASSES, LOGITS), Map.of(), NO_LABELS);

    assertThat(choice).isEqualTo(new OutputSelection(List.of(CLASSES, LOGITS), false));
    assertThat(choice.describe()).isEqualTo("classes: int64 [-1], logits: float [-1, 3]");
  }

  @Test
  void theOutputInTheManifestTakesPrecedence() throws Exception {
    assertThat(choose(List.of(LOGITS, PROBABILITIES), Map.of("output", "logits"), LABELS))
        .isEqualTo(new OutputSelection(List.of(LOGITS), true));
    assertThat(choose(List.of(CLASSES, LOGITS), Map.of("output", "classes"), NO_LABELS))
        .isEqualTo(new OutputSelection(List.of(CLASSES), false));
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

  @Test
  void labelsThatDoNotFitTheClassesAreRefused() {
    assertRefused(
        List.of(SCORES),
        Map.of(),
        List.of("red", "green"),
        "there are 2 labels, but output scores has 3 classes");
  }

  @Test
  void anOutputThatCannotBeWrittenAsJsonIsRefused() {
    assertRefused(
        List.of(spec("names", "string", -1)),
        Map.of(),
        NO_LABELS,
        "output names: string [-1] cannot be written as JSON; set output to one of type float, double,"
            + " int32, int64, int8, uint8, bool, of: names: string [-1]");
    assertRefused(
        List.of(spec("mask", "float", -1, 1024, 1024)),
        Map.of(),
        NO_LABELS,
        "output mask: float [-1, 1024, 1024] has 1,048,576 numbers per image, more than the limit"
            + " of 262,144 for JSON");
  }
}
