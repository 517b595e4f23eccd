package io.lynxeye.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutRuleTest {

  private static Optional<RolloutRule> rule(Map<String, String> settings) {
    return ModelSettings.of(settings).rollout();
  }

  @Test
  void nothingIsTriedUnlessAskedFor() {
    assertThat(rule(Map.of())).isEmpty();
    assertThat(rule(Map.of("rollout", "immediate", "rollout.share", "0.5"))).isEmpty();
  }

  /** As docs/rollout.md lists them. */
  @Test
  void hasDefaults() {
    assertThat(rule(Map.of("rollout", "shadow")))
        .contains(
            new RolloutRule(
                RolloutRule.Mode.SHADOW,
                "request",
                0.1,
                500,
                0.95,
                1.5,
                0.01,
                Duration.ofHours(24),
                false,
                true,
                false));
  }

  @Test
  void readsEveryKey() {
    Map<String, String> settings =
        Map.ofEntries(
            entry("rollout", " canary "),
            entry("rollout.by", "X-User-Id"),
            entry("rollout.share", "1"),
            entry("rollout.min_images", "20"),
            entry("rollout.min_agreement", "0.8"),
            entry("rollout.max_latency_ratio", "2.5"),
            entry("rollout.max_error_rate", "0"),
            entry("rollout.window", "7d"),
            entry("rollout.on_pass", "promote"),
            entry("rollout.on_fail", "wait"),
            entry("rollout.keep_images", "true"));

    assertThat(settings.keySet()).isEqualTo(RolloutRule.KEYS);
    assertThat(rule(settings))
        .contains(
            new RolloutRule(
                RolloutRule.Mode.CANARY,
                "x-user-id",
                1,
                20,
                0.8,
                2.5,
                0,
                Duration.ofDays(7),
                true,
                false,
                true));
  }

  @ParameterizedTest
  @CsvSource({"90s, PT1M30S", "30m, PT30M", "24h, PT24H", "7d, PT168H"})
  void readsTimes(String window, Duration expected) {
    assertThat(rule(Map.of("rollout", "shadow", "rollout.window", window)).orElseThrow().window())
        .isEqualTo(expected);
  }

  /** Also without {@code rollout=shadow}: the mistake would show only when it is switched on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rollout | mirror | rollout=mirror is not known; use immediate, shadow or canary",
        "rollout.by | x user | rollout.by=x user is neither request, nor key, nor the name of a header",
        "rollout.share | 0 | rollout.share=0 is not a number from 0.000001 to 1",
        "rollout.share | 1.1 | rollout.share=1.1 is not a number from 0.000001 to 1",
        "rollout.share | NaN | rollout.share=NaN is not a number from",
        "rollout.min_images | 0 | rollout.min_images=0 is not",
        "rollout.min_images | many | rollout.min_images=many is not",
        "rollout.min_agreement | -0.1 | rollout.min_agreement=-0.1 is not a number from 0 to 1",
        "rollout.min_agreement | 1 | rollout.min_agreement=1 is not shown by any number of images",
        "rollout.max_latency_ratio | 0 | rollout.max_latency_ratio=0 is not a number from",
        "rollout.max_error_rate | 1% | rollout.max_error_rate=1% is not a number from 0 to 1",
        "rollout.window | 24 | rollout.window=24 is not a time such as 90s, 30m, 24h or 7d",
        "rollout.window | 0h | rollout.window=0h is not a time",
        "rollout.window | 9999999d | rollout.window=9999999d is not a time",
        "rollout.on_pass | yes | rollout.on_pass=yes is neither wait nor promote",
        "rollout.on_fail | promote | rollout.on_fail=promote is neither wait nor stop"
      })
  void refusesOtherValues(String key, String value, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSettings.of(Map.of(key, value)))
        .withMessageContaining(problem);
  }

  @Test
  void needsRoomForTwoVersions() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ModelSettings.of(Map.of("rollout", "shadow", "swap_policy", "resource_preserving")))
        .withMessageContaining("remove one of the two settings");
  }
}
