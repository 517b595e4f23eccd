package io.lynxeye.security.keys;

import static io.lynxeye.security.TestCallers.admits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.security.Caller;
import io.lynxeye.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

  @TempDir private Path folder;

  private KeyFile file(String primary, String secondary) throws IOException {
    KeyFile file = new KeyFile(folder.resolve("keys"));
    file.write(
        List.of(
            new NamedKey("primary", KeyHash.of(primary)),
            new NamedKey("secondary", KeyHash.of(secondary))));
    return file;
  }

  @Test
  void onlyTheTwoKeysAreValid() throws IOException {
    ApiKeys keys = new ApiKeys(List.of(file("first-key", "second-key")));

    assertThat(admits(keys, "first-key")).isTrue();
    assertThat(admits(keys, "second-key")).isTrue();
    assertThat(admits(keys, "first-ke")).isFalse();
    assertThat(admits(keys, "first-key ")).isFalse();
    assertThat(admits(keys, "FIRST-KEY")).isFalse();
    assertThat(admits(keys, "")).isFalse();
    assertThat(admits(keys, KeyHash.of("first-key").hex())).isFalse();
  }

  @Test
  void aReplacedKeyIsInvalidAfterTheNextReload() throws IOException {
    ApiKeys keys = new ApiKeys(List.of(file("first-key", "second-key")));

    file("first-key", "third-key");
    assertThat(admits(keys, "second-key")).isTrue();
    keys.reload();

    assertThat(admits(keys, "first-key")).isTrue();
    assertThat(admits(keys, "second-key")).isFalse();
    assertThat(admits(keys, "third-key")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "primary sha256:00", "first-key"})
  void anUnusableFileKeepsTheLoadedKeys(String text) throws IOException {
    KeyFile file = file("first-key", "second-key");
    ApiKeys keys = new ApiKeys(List.of(file));

    Files.writeString(file.path(), text);
    keys.reload();
    assertThat(admits(keys, "first-key")).isTrue();

    Files.delete(file.path());
    keys.reload();
    assertThat(admits(keys, "first-key")).isTrue();
    assertThat(admits(keys, "")).isFalse();

    file("other-key", "second-key");
    keys.reload();
    assertThat(admits(keys, "first-key")).isFalse();
    assertThat(admits(keys, "other-key")).isTrue();
  }

  @Test
  void keysOfEverySourceAreValidAndAMountedSecretIsReloaded() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "mounted-secret-key-1\n");
    ApiKeys keys =
        new ApiKeys(
            List.of(
                file("first-key", "second-key"),
                SecretKey.in("primary", secret),
                SecretKey.of("admin", "VARIABLE", "variable-secret-key")));

    assertThat(admits(keys, "second-key")).isTrue();
    assertThat(admits(keys, "mounted-secret-key-1")).isTrue();
    assertThat(admits(keys, "variable-secret-key")).isTrue();

    Files.writeString(secret, "mounted-secret-key-2");
    keys.reload();

    assertThat(admits(keys, "mounted-secret-key-1")).isFalse();
    assertThat(admits(keys, "mounted-secret-key-2")).isTrue();
    assertThat(admits(keys, "second-key")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n", "short", "two words of a password", "küchenschlüssel-1234"})
  void anInvalidKeyIsRefusedAndNotShown(String text) {
    assertThatThrownBy(() -> new ApiKeys(List.of(SecretKey.of("admin", "VARIABLE", text))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "VARIABLE holds no key: a key has at least 16 printable characters and no spaces");
  }

  @Test
  void onlyAnAdministratorsKeyMayManage() throws IOException {
    ApiKeys keys = new ApiKeys(List.of(file("first-key", "second-key")));
    assertThat(keys.hasAdministrators()).isFalse();
    assertThat(keys.find("first-key")).contains(new Caller("primary", Role.SCORE));

    Files.writeString(
        folder.resolve("keys"),
        "boss sha256:%s admin\n".formatted(KeyHash.of("third-key").hex()),
        StandardOpenOption.APPEND);
    keys.reload();

    assertThat(keys.hasAdministrators()).isTrue();
    assertThat(keys.find("third-key")).contains(new Caller("boss", Role.ADMIN));
    assertThat(keys.find("first-key")).contains(new Caller("primary", Role.SCORE));
  }

  @Test
  void aKeyMayNotBeACallersAndAnAdministratorsKeyAtOnce() throws IOException {
    KeySource caller = SecretKey.of("primary", "ONE", "one-and-the-same-key");
    KeySource admin = SecretKey.of("admin", "TWO", "one-and-the-same-key");

    assertThatThrownBy(() -> new ApiKeys(List.of(caller, admin)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "the keys 'primary' and 'admin' are the same key, and only one of them may manage"
                + " models; use another key for one of them");
    assertThat(new ApiKeys(List.of(caller, caller)).find("one-and-the-same-key")).isPresent();
  }

  @Test
  void aReloadThatWouldGiveACallersKeyBothRolesKeepsTheLoadedKeys() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "administrators-key-1");
    ApiKeys keys =
        new ApiKeys(
            List.of(
                SecretKey.of("primary", "ONE", "the-callers-only-key"),
                SecretKey.in("admin", secret)));

    Files.writeString(secret, "the-callers-only-key");
    keys.reload();

    assertThat(keys.find("the-callers-only-key")).contains(new Caller("primary", Role.SCORE));
    assertThat(keys.find("administrators-key-1")).contains(new Caller("admin", Role.ADMIN));
  }

  @Test
  void keysAreLongAndUnique() {
    assertThat(KeyHash.generateKey())
        .matches("[A-Za-z0-9_-]{43}")
        .isNotEqualTo(KeyHash.generateKey());
  }

  @Test
  void noLoggedTextShowsAKeyOrItsWholeHash() {
    KeyHash hash = KeyHash.of("first-key");

    assertThat(hash.toString()).doesNotContain("first", hash.hex());
    assertThat(hash.hex()).startsWith(hash.fingerprint());
  }
}
