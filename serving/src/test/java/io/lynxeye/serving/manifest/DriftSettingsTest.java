package io.lynxeye.serving.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftSettingsTest {

  private static OptionalInt window(Map<String, String> settings) {
    return ModelSettings.of(settings).driftWindow();
  }

  /** As docs/drift.md lists them. */
  @Test
  void areOffUnlessAskedForAndHaveADefault() {
    assertThat(window(Map.of())).isEmpty();
    assertThat(window(Map.of("drift", "off", "drift.window", "300"))).isEmpty();
    assertThat(window(Map.of("drift", "on"))).hasValue(1_000);
    assertThat(window(Map.of("drift", " on ", "drift.window", "300"))).hasValue(300);
  }

  @ParameterizedTest
  @CsvSource({
    "drift, yes, drift=yes is neither off nor on",
    "drift.window, 99, drift.window=99 is not an integer from 100 to 100000",
  })
  void namesMistakes(String key, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSettings.of(Map.of(key, value)))
        .withMessageContaining(message);
  }
}
