package io.lynxeye.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.translators.postprocess.Postprocessing;
import io.lynxeye.translators.preprocess.Preprocessing;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestKeysTest {

  private static final String DJL =
      "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory";

  @Test
  void theTranslatorsKeysAreKnown() {
    assertThat(Preprocessing.KEYS).isNotEmpty().allMatch(ManifestKeys::isKnown);
    assertThat(Postprocessing.KEYS).isNotEmpty().allMatch(ManifestKeys::isKnown);
  }

  @Test
  void supportedKeysAreNotReported() {
    ModelManifest manifest =
        ModelManifest.of(
            Map.of(
                "engine", "OnnxRuntime",
                "translatorFactory", DJL,
                "option.optLevel", "ALL_OPT",
                "gpu.maxWorkers", "1",
                "normalize", "true"));

    assertThat(manifest.remarks()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "normalise, normalize",
    "Normalize, normalize",
    "resize_short, resizeShort",
    "topk, topK",
    "applySoftMax, applySoftmax",
    "maxBatchDelay, max_batch_delay",
    "batchsize, batch_size",
    "centreCrop, centerCrop",
    "option.tags, option.Tags",
    "verisons, versions",
    "max-idle-time, max_idle_time"
  })
  void aMisspeltKeyIsReportedWithASuggestion(String key, String meant) {
    assertThat(ModelManifest.of(Map.of(key, "x")).remarks())
        .containsExactly("'" + key + "' is not a known key; did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"threshold", "foo", "x", "pd", "weather"})
  void anUnknownKeyIsReportedWithoutASuggestion(String key) {
    assertThat(ManifestKeys.remarks(Map.of(key, "x")))
        .containsExactly("'" + key + "' is not a known key");
  }

  @Test
  void anInterpolationThatIsDoneInAnotherWayIsReported() {
    assertThat(ManifestKeys.remarks(Map.of("resize", "256, 256, BICUBIC")))
        .containsExactly(
            "'resize' asks for BICUBIC interpolation, and images are resized bilinearly with"
                + " antialiasing");
    assertThat(ManifestKeys.remarks(Map.of("resizeShort", "256,-1,bilinear"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_idle_time", "required_memory_mb", "option.entryPoint"})
  void aKeyOfDjlServingWithoutEffectHereIsReported(String key) {
    assertThat(ManifestKeys.remarks(Map.of(key, "1")))
        .containsExactly("'" + key + "' has no effect here");
  }

  @Test
  void aModelSettingInAVersionsManifestIsReported() {
    assertThat(ManifestKeys.remarks(Map.of("labels", "a:1")))
        .containsExactly(
            "'labels' has no effect for one version: put it next to the version folders");
  }

  @ParameterizedTest
  @CsvSource({"translatorFactory, com.example.Own", "translator, com.example.Own"})
  void unknownKeysAreAllowedWithACustomTranslator(String key, String translator) {
    assertThat(
            ManifestKeys.remarks(Map.of(key, translator, "threshold", "0.5", "normalise", "true")))
        .containsExactly("'normalise' is not a known key; did you mean 'normalize'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {DJL, "io.lynxeye.translators.ImageScoringTranslatorFactory"})
  void theBuiltInTranslatorsAllowNoUnknownKeys(String factory) {
    assertThat(ManifestKeys.remarks(Map.of("translatorFactory", factory, "threshold", "1")))
        .hasSize(1);
  }

  @Test
  void warningsHaveTheOrderOfTheKeys() {
    assertThat(ManifestKeys.remarks(Map.of("foo", "", "bar", "", "max_idle_time", "")))
        .containsExactly(
            "'bar' is not a known key",
            "'foo' is not a known key",
            "'max_idle_time' has no effect here");
  }
}
