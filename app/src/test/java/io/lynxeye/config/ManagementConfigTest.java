package io.lynxeye.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ManagementConfigTest {

  @Test
  void isOnUnlessThePortIsMinusOne() {
    assertThat(new ManagementConfig("127.0.0.1", 0).isOn()).isTrue();
    assertThat(new ManagementConfig("127.0.0.1", 8081).isOn()).isTrue();
    assertThat(new ManagementConfig("127.0.0.1", -1).isOn()).isFalse();
  }

  @Test
  void tellsEveryProblemInOneMessage() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ManagementConfig(" ", 65_536))
        .withMessage("management-host is empty; management-port 65536 is not in -1..65535");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> new ManagementConfig("::1", -2));
  }
}
