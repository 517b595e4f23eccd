package io.lynxeye.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lynxeye.config.EndpointConfig.Kind;
import org.junit.jupiter.api.Test;

class EndpointConfigTest {

  @Test
  void isOnUnlessThePortIsMinusOne() {
    assertThat(new EndpointConfig(Kind.MANAGEMENT, "127.0.0.1", 0).isOn()).isTrue();
    assertThat(new EndpointConfig(Kind.MANAGEMENT, "127.0.0.1", 8081).isOn()).isTrue();
    assertThat(new EndpointConfig(Kind.MANAGEMENT, "127.0.0.1", -1).isOn()).isFalse();
  }

  @Test
  void reportsEveryProblemInOneMessage() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new EndpointConfig(Kind.MANAGEMENT, " ", 65_536))
        .withMessage("management-host is empty; management-port 65536 is not in -1..65535");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new EndpointConfig(Kind.GRPC, "::1", -2))
        .withMessage("grpc-port -2 is not in -1..65535");
  }

  @Test
  void namesTheOptionsOfItsAddress() {
    assertThat(Kind.MANAGEMENT.options()).isEqualTo("--management-port and --management-host");
    assertThat(Kind.METRICS.options()).isEqualTo("--metrics-port and --host");
  }
}
