package io.lynxeye.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server without protection does not start: exit code 2, with the reason. */
@Timeout(60)
class SecurityOptionsTest {

  @TempDir private Path folder;

  private CommandRun serve(Map<String, String> environment, String... arguments) {
    String place = folder.toString();
    Stream<String> places =
        Stream.of("serve", "--store", place, "--cache", place, "--device", "cpu");
    Map<String, String> all = new HashMap<>(environment);
    all.put("XDG_CONFIG_HOME", place);
    return CommandRun.with(all, Stream.concat(places, Stream.of(arguments)).toArray(String[]::new));
  }

  private void assertRefused(CommandRun run, String... causes) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("lynxeye: ").contains(causes).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void withoutKeysItDoesNotListenBeyondThisMachine() {
    assertRefused(
        serve(Map.of(), "--host", "0.0.0.0"),
        "--host 0.0.0.0 can be reached from other machines",
        "lynxeye keys generate",
        "--auth none");
    assertRefused(serve(Map.of("LYNXEYE_HOST", "::")), "--host :: can be reached");
  }

  @Test
  void theManagementPortAlwaysNeedsKeys() {
    assertRefused(
        serve(Map.of(), "--management-host", "0.0.0.0", "--auth", "none"),
        "--management-host 0.0.0.0",
        "it needs an administrator's key",
        "LYNXEYE_ADMIN_KEY");
  }

  @Test
  void configuredKeysMustExist() throws IOException {
    assertRefused(serve(Map.of(), "--auth", "keys"), "--auth keys needs keys, and there are none");
    assertRefused(serve(Map.of(), "--keys", folder + "/none"), folder + "/none does not exist");
    Path secret = Files.writeString(folder.resolve("secret"), "");
    assertRefused(
        serve(Map.of(), "--primary-key-file", secret.toString()), secret + " holds no key");
    assertRefused(
        serve(Map.of("LYNXEYE_SECONDARY_KEY", "short")), "LYNXEYE_SECONDARY_KEY holds no key");
    assertRefused(
        serve(Map.of("LYNXEYE_SECONDARY_KEY_FILE", folder + "/none")), "/none does not exist");
  }

  @Test
  void aCallersKeyMayNotBeTheAdministratorsKey() {
    String key = "one-and-the-same-key";
    assertRefused(
        serve(Map.of("LYNXEYE_PRIMARY_KEY", key, "LYNXEYE_ADMIN_KEY", key)),
        "'primary' and 'admin' are the same key");
  }

  @Test
  void aBrokenKeyFileDoesNotSwitchAuthenticationOff() throws IOException {
    Files.createDirectories(folder.resolve("lynxeye"));
    Files.writeString(folder.resolve("lynxeye").resolve("keys"), "nonsense");

    assertRefused(serve(Map.of()), "is not a key file");
  }

  @Test
  void optionsThatBelongTogetherMustBeSetTogether() {
    assertRefused(serve(Map.of(), "--tls-cert", "a.pem"), "--tls-cert and --tls-key go together");
    assertRefused(serve(Map.of(), "--tls-client-ca", "a.pem"), "need --tls-cert");
    assertRefused(serve(Map.of(), "--http2"), "need --tls-cert");
    assertRefused(serve(Map.of(), "--jwt-issuer", "https://login.example"), "--jwt-jwks");
    assertRefused(serve(Map.of(), "--jwt-admin-scope", "manage"), "--jwt-jwks");
    assertRefused(
        serve(Map.of("LYNXEYE_JWT_ISSUER", "i", "LYNXEYE_JWT_AUDIENCE", "a"), "--jwt-jwks", "none"),
        "none does not exist");
  }

  @Test
  void anOriginMustHaveTheFormThatBrowsersSend() {
    for (String origin : new String[] {"*", "pages.example", "https://pages.example/", "http://"}) {
      assertRefused(
          serve(Map.of(), "--cors-origin", origin), "cors-origin " + origin + " is not an origin");
    }
  }

  @Test
  void tlsFilesThatAreMissingAreNamed() {
    String none = folder.resolve("none.pem").toString();

    CommandRun run =
        serve(Map.of(), "--tls-cert", none, "--tls-key", none, "--port", "0", "--model", "m");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(none + " cannot be read");
  }
}
