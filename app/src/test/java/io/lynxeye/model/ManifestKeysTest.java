package io.lynxeye.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.translators.Postprocessing;
import io.lynxeye.translators.Preprocessing;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestKeysTest {

  private static final String DJL =
      "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory";

  @Test
  void whatTheTranslatorsUnderstandIsKnown() {
    assertThat(Preprocessing.KEYS).isNotEmpty().allMatch(ManifestKeys::isKnown);
    assertThat(Postprocessing.KEYS).isNotEmpty().allMatch(ManifestKeys::isKnown);
  }

  @Test
  void nothingIsSaidAboutKeysThatDoWhatTheySay() {
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
  void aMisspeltKeyIsToldWithASuggestion(String key, String meant) {
    assertThat(ModelManifest.of(Map.of(key, "x")).remarks())
        .containsExactly("'" + key + "' is no known key; did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"threshold", "foo", "x", "pd", "weather"})
  void aKeyLikeNoOtherIsToldWithoutOne(String key) {
    assertThat(ManifestKeys.remarks(Map.of(key, "x")))
        .containsExactly("'" + key + "' is no known key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_idle_time", "required_memory_mb", "option.entryPoint"})
  void aKeyOfDjlServingThatDoesNothingHereIsTold(String key) {
    assertThat(ManifestKeys.remarks(Map.of(key, "1")))
        .containsExactly("'" + key + "' has no effect here");
  }

  @Test
  void aSettingOfTheModelInAVersionsManifestIsTold() {
    assertThat(ManifestKeys.remarks(Map.of("labels", "a:1")))
        .containsExactly(
            "'labels' has no effect for one version: put it beside the version folders");
  }

  @ParameterizedTest
  @CsvSource({"translatorFactory, com.example.Own", "translator, com.example.Own"})
  void unknownKeysAreTheBusinessOfAModelsOwnTranslator(String key, String translator) {
    assertThat(
            ManifestKeys.remarks(Map.of(key, translator, "threshold", "0.5", "normalise", "true")))
        .containsExactly("'normalise' is no known key; did you mean 'normalize'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {DJL, "io.lynxeye.translators.ImageScoringTranslatorFactory"})
  void theUsualTranslatorsHaveNoKeysOfTheirOwn(String factory) {
    assertThat(ManifestKeys.remarks(Map.of("translatorFactory", factory, "threshold", "1")))
        .hasSize(1);
  }

  @Test
  void remarksComeInTheOrderOfTheKeys() {
    assertThat(ManifestKeys.remarks(Map.of("foo", "", "bar", "", "max_idle_time", "")))
        .containsExactly(
            "'bar' is no known key", "'foo' is no known key", "'max_idle_time' has no effect here");
  }
}
