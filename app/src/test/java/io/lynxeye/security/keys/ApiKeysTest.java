package io.lynxeye.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {

  @TempDir private Path folder;

  private KeyFile file(String primary, String secondary) throws IOException {
    KeyFile file = new KeyFile(folder.resolve("keys"));
    file.write(
        Map.of(KeySlot.PRIMARY, KeyHash.of(primary), KeySlot.SECONDARY, KeyHash.of(secondary)));
    return file;
  }

  @Test
  void onlyTheTwoKeysAreValid() throws IOException {
    ApiKeys keys = new ApiKeys(List.of(file("first-key", "second-key")));

    assertThat(keys.admits("first-key")).isTrue();
    assertThat(keys.admits("second-key")).isTrue();
    assertThat(keys.admits("first-ke")).isFalse();
    assertThat(keys.admits("first-key ")).isFalse();
    assertThat(keys.admits("FIRST-KEY")).isFalse();
    assertThat(keys.admits("")).isFalse();
    assertThat(keys.admits(KeyHash.of("first-key").hex())).isFalse();
  }

  @Test
  void aReplacedKeyIsInvalidAfterTheNextReload() throws IOException {
    ApiKeys keys = new ApiKeys(List.of(file("first-key", "second-key")));

    file("first-key", "third-key");
    assertThat(keys.admits("second-key")).isTrue();
    keys.reload();

    assertThat(keys.admits("first-key")).isTrue();
    assertThat(keys.admits("second-key")).isFalse();
    assertThat(keys.admits("third-key")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "primary sha256:00", "first-key"})
  void anUnusableFileKeepsTheLoadedKeys(String text) throws IOException {
    KeyFile file = file("first-key", "second-key");
    ApiKeys keys = new ApiKeys(List.of(file));

    Files.writeString(file.path(), text);
    keys.reload();
    assertThat(keys.admits("first-key")).isTrue();

    Files.delete(file.path());
    keys.reload();
    assertThat(keys.admits("first-key")).isTrue();
    assertThat(keys.admits("")).isFalse();

    file("other-key", "second-key");
    keys.reload();
    assertThat(keys.admits("first-key")).isFalse();
    assertThat(keys.admits("other-key")).isTrue();
  }

  @Test
  void keysOfEverySourceAreValidAndAMountedSecretIsReloaded() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "mounted-secret-key-1\n");
    ApiKeys keys =
        new ApiKeys(
            List.of(
                file("first-key", "second-key"),
                SecretKey.in(secret),
                SecretKey.of("VARIABLE", "variable-secret-key")));

    assertThat(keys.admits("second-key")).isTrue();
    assertThat(keys.admits("mounted-secret-key-1")).isTrue();
    assertThat(keys.admits("variable-secret-key")).isTrue();

    Files.writeString(secret, "mounted-secret-key-2");
    keys.reload();

    assertThat(keys.admits("mounted-secret-key-1")).isFalse();
    assertThat(keys.admits("mounted-secret-key-2")).isTrue();
    assertThat(keys.admits("second-key")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n", "short", "two words of a password", "küchenschlüssel-1234"})
  void anInvalidKeyIsRefusedAndNotShown(String text) {
    assertThatThrownBy(() -> new ApiKeys(List.of(SecretKey.of("VARIABLE", text))))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "VARIABLE holds no key: a key has at least 16 printable characters and no spaces");
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
