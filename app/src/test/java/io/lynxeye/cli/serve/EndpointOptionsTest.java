package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:80",
    "0.0.0.0, 127.0.0.1:80",
    "::, [::1]:80",
    "fe80::1, [fe80::1]:80"
  })
  void theReportedAddressIsUsableByClients(String host, String address) {
    assertThat(EndpointOptions.address(host, 80)).isEqualTo(address);
  }
}
