package io.lynxeye.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryConfigTest {

  private static TelemetryConfig config(String endpoint, double sample) {
    return new TelemetryConfig(
        LogFormat.TEXT, false, Optional.of(URI.create(endpoint)), Optional.empty(), sample);
  }

  @Test
  void takesACollectorsAddressAndAShare() {
    assertThat(config("http://localhost:4318", 0.1).collectSample()).isEqualTo(0.1);
    assertThat(config("https://collector.example/otlp", 1).otlpEndpoint()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
  void refusesWhatIsNoShare(double sample) {
    assertThatThrownBy(() -> config("http://localhost:4318", sample))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("collect-sample " + sample);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:4318", "ftp://localhost", "/v1/traces", "http:/x"})
  void refusesWhatIsNoAddress(String endpoint) {
    assertThatThrownBy(() -> config(endpoint, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("otlp-endpoint");
  }

  @Test
  void tellsEveryProblemAtOnce() {
    assertThatThrownBy(() -> config("x", 2))
        .hasMessageContaining("otlp-endpoint")
        .hasMessageContaining("collect-sample");
  }
}
