package io.lynxeye.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lynxeye.serving.model.VersionChoice;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSettingsTest {

  @Test
  void theNewestVersionIsServedByDefault() {
    ModelSettings settings = ModelSettings.DEFAULT;

    assertThat(settings.versions()).isEqualTo(VersionRule.newest());
    assertThat(settings.labels()).isEmpty();
    assertThat(settings.unloadFirst()).isFalse();
    assertThat(settings.enabled()).isTrue();
    assertThat(settings.workers()).isEmpty();
  }

  @Test
  void readsEveryKey() {
    ModelSettings settings =
        ModelSettings.of(
            Map.of(
                "versions", "1, 3",
                "labels", "stable:1, canary : 3",
                "swap_policy", "resource_preserving",
                "enabled", "false",
                "workers", "4",
                "topK", "not looked at"));

    assertThat(settings.versions()).isEqualTo(new VersionRule.Only(Set.of(1L, 3L)));
    assertThat(settings.labels()).isEqualTo(Map.of("stable", 1L, "canary", 3L));
    assertThat(settings.unloadFirst()).isTrue();
    assertThat(settings.enabled()).isFalse();
    assertThat(settings.workers()).hasValue(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "versions | newest:2 | versions=newest:2 is not one of latest, latest:N, all, or versions",
        "versions | 1,x | versions=1,x is not one of",
        "versions | latest:0 | versions=latest:0 is not one of",
        "labels | stable | labels=stable is not of the form stable:1,canary:2",
        "labels | 1:1 | labels=1:1 is not of the form",
        "labels | stable:-1 | labels=stable:-1 is not of the form",
        "labels | a:9223372036854775808 | labels: version 9223372036854775808 is larger than 9223372036854775807",
        "versions | 1,9223372036854775808 | versions: version 9223372036854775808 is larger than",
        "labels | a:1,a:2 | labels=a:1,a:2 names a twice",
        "swap_policy | fast | swap_policy=fast is neither availability_preserving nor resource_preserving",
        "enabled | yes | enabled=yes is neither true nor false",
        "workers | 0 | workers=0 is not an integer from 1 to 64",
      })
  void anInvalidValueIsReportedWithItsKey(String key, String value, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSettings.of(Map.of(key, value)))
        .withMessageContaining(problem);
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSettings.of(Map.of("enabled", "si", "workers", "many")))
        .withMessage(
            "serving.properties: enabled=si is neither true nor false;"
                + " workers=many is not an integer from 1 to 64");
  }

  @ParameterizedTest
  @CsvSource({"latest, latest:1", "latest:3, latest:3", "all, all", "'3,1', '1,3'"})
  void aRuleIsFormattedLikeInAManifest(String rule, String text) {
    assertThat(VersionRule.parse(rule).text()).isEqualTo(text);
  }

  @Test
  void versionsMayHaveLeadingZerosAnd64Bits() {
    ModelSettings settings =
        ModelSettings.of(
            Map.of(
                "versions", "0,0001,20240131120000,9223372036854775807",
                "labels", "stable:00000123,old:0"));

    assertThat(settings.versions())
        .isEqualTo(new VersionRule.Only(Set.of(0L, 1L, 20240131120000L, Long.MAX_VALUE)));
    assertThat(settings.labels()).isEqualTo(Map.of("stable", 123L, "old", 0L));
  }

  @Test
  void aVersionInAnAddressIsANumberOrALabel() {
    assertThat(VersionChoice.parse("12")).isEqualTo(new VersionChoice.Exactly(12));
    assertThat(VersionChoice.parse("0")).isEqualTo(new VersionChoice.Exactly(0));
    assertThat(VersionChoice.parse("00000123")).isEqualTo(new VersionChoice.Exactly(123));
    assertThat(VersionChoice.parse("20240131120000"))
        .isEqualTo(new VersionChoice.Exactly(20240131120000L));
    assertThat(VersionChoice.parse("9223372036854775807"))
        .isEqualTo(new VersionChoice.Exactly(Long.MAX_VALUE));
    assertThat(VersionChoice.parse("canary-2")).isEqualTo(new VersionChoice.Label("canary-2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "1.0", "a b", "é", "1a", "١"})
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VersionChoice.parse(text))
        .withMessage("is neither a version number nor a label");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "99999999999999999999", "009223372036854775808"})
  void aNumberThatDoesNotFitIsCalledTooLarge(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VersionChoice.parse(text))
        .withMessage("is larger than 9223372036854775807, the largest version number");
  }
}
