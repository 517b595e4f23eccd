package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TelemetryOptionsTest {

  private static TelemetryOptions options(String endpoint, double sample) {
    TelemetryOptions options = new TelemetryOptions();
    new CommandLine(options)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs("--otlp-endpoint", endpoint, "--collect-sample", "" + sample);
    return options;
  }

  @Test
  void acceptsTheAddressOfACollectorAndAShare() {
    assertThatCode(options("http://localhost:4318", 0.1)::check).doesNotThrowAnyException();
    assertThatCode(options("https://collector.example/otlp", 1)::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
  void refusesAnInvalidShare(double sample) {
    assertThatThrownBy(options("http://localhost:4318", sample)::check)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("collect-sample " + sample);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:4318", "ftp://localhost", "/v1/traces", "http:/x"})
  void refusesAnInvalidAddress(String endpoint) {
    assertThatThrownBy(options(endpoint, 1)::check)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("otlp-endpoint");
  }

  @Test
  void reportsEveryProblemAtOnce() {
    assertThatThrownBy(options("x", 2)::check)
        .hasMessageContaining("otlp-endpoint")
        .hasMessageContaining("collect-sample");
  }
}
