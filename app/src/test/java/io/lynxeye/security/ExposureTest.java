package io.lynxeye.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.security.Exposure.Auth;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExposureTest {

  @ParameterizedTest(
      name = "--auth {0} --host {1} --management-host {2}, keys: {3}, tokens: {4}, admin: {5}")
  @CsvSource({
    "'',   127.0.0.1, 127.0.0.1, false, false, false",
    "'',   ::1,       localhost, false, false, false",
    "none, 127.0.0.1, 127.0.0.1, false, false, false",
    "none, 0.0.0.0,   127.0.0.1, false, false, false",
    "none, 0.0.0.0,   '',        false, false, false",
    "'',   0.0.0.0,   127.0.0.1, true,  false, false",
    "'',   0.0.0.0,   127.0.0.1, false, true,  false",
    "keys, 0.0.0.0,   0.0.0.0,   true,  false, false",
    "keys, 127.0.0.1, 127.0.0.1, false, true,  false",
    "none, 127.0.0.1, 0.0.0.0,   true,  false, true",
    "'',   127.0.0.1, 0.0.0.0,   false, true,  true",
  })
  void mayStart(
      String auth, String host, String management, boolean keys, boolean tokens, boolean admin) {
    assertThat(problem(auth, host, management, keys, tokens, admin)).isEmpty();
  }

  @ParameterizedTest(
      name = "--auth {0} --host {1} --management-host {2}, keys: {3}, tokens: {4}, admin: {5}")
  @CsvSource({
    "'',   0.0.0.0,   127.0.0.1, false, false, false, --host 0.0.0.0",
    "'',   ::,        127.0.0.1, false, false, false, --host ::",
    "'',   '',        127.0.0.1, false, false, false, --auth none",
    "'',   127.0.0.1, 0.0.0.0,   false, false, false, --management-host 0.0.0.0",
    "'',   127.0.0.1, 0.0.0.0,   false, true,  false, it needs an administrator",
    "none, 127.0.0.1, 0.0.0.0,   false, false, false, even with --auth none",
    "none, 127.0.0.1, 10.0.0.7,  true,  false, false, even with --auth none",
    "keys, 127.0.0.1, 127.0.0.1, false, false, false, '--auth keys needs keys, and there are none'",
  })
  void mayNotStart(
      String auth,
      String host,
      String management,
      boolean keys,
      boolean tokens,
      boolean admin,
      String cause) {
    assertThat(problem(auth, host, management, keys, tokens, admin).orElseThrow())
        .contains(cause)
        .contains("lynxeye keys generate");
  }

  private static Optional<String> problem(
      String auth, String host, String management, boolean keys, boolean tokens, boolean admin) {
    return Exposure.problem(
        auth.isEmpty() ? Optional.empty() : Optional.of(Auth.valueOf(auth)),
        host.isEmpty() ? "0.0.0.0" : host,
        Optional.of(management).filter(text -> !text.isEmpty()),
        keys,
        keys || tokens,
        admin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-host.invalid", "0.0.0.0", "10.0.0.7"})
  void anAddressThatMayNotBeTheLoopbackCountsAsReachable(String host) {
    assertThat(Exposure.isLoopback(host)).isFalse();
  }
}
