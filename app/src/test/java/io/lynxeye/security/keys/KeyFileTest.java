package io.lynxeye.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {

  private static final NamedKey PRIMARY = new NamedKey("primary", KeyHash.of("one"));
  private static final NamedKey SECONDARY = new NamedKey("secondary", KeyHash.of("two"));
  private static final NamedKey ADMIN = new NamedKey("admin", KeyHash.of("three"));
  private static final List<NamedKey> KEYS = List.of(ADMIN, PRIMARY, SECONDARY);

  @TempDir private Path folder;
  private KeyFile file;

  @BeforeEach
  void name() {
    file = new KeyFile(folder.resolve("config").resolve("keys"));
  }

  @Test
  void aWrittenFileIsReadAndDoesNotContainTheKeys() throws IOException {
    file.write(KEYS);

    assertThat(file.keys().values()).containsExactly(PRIMARY, SECONDARY, ADMIN);
    assertThat(file.read()).containsExactlyInAnyOrderElementsOf(KEYS);
    assertThat(Files.readString(file.path()))
        .contains("primary sha256:" + KeyHash.of("one").hex())
        .doesNotContain("one\n", "two\n");
  }

  @Test
  void onlyTheOwnerCanReadTheFileAndNoOtherFileIsLeft() throws IOException {
    file.write(KEYS);
    file.write(KEYS);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
    assertThat(folder.resolve("config")).isDirectoryContaining(file.path()::equals);
    try (var names = Files.list(folder.resolve("config"))) {
      assertThat(names).hasSize(1);
    }
  }

  @Test
  void aFileOfAnEarlierVersionHasKeysThatOnlyScore() throws IOException {
    Files.createDirectories(file.path().getParent());
    Files.writeString(
        file.path(),
        "primary sha256:%s\nsecondary sha256:%s"
            .formatted(PRIMARY.hash().hex(), SECONDARY.hash().hex()));

    assertThat(file.keys().values()).containsExactly(PRIMARY, SECONDARY);
  }

  @Test
  void anUnknownRoleIsRefused() throws IOException {
    file.write(KEYS);
    String text = Files.readString(file.path()).replace(" admin\n", " root\n");
    Files.writeString(file.path(), text);

    assertThatThrownBy(file::read).hasMessageContaining("after the hash of the key 'admin'");
  }

  @Test
  void aSymbolicLinkIsKept() throws IOException {
    Path real = folder.resolve("real");
    Files.writeString(real, "old");
    Files.createDirectories(file.path().getParent());
    Files.createSymbolicLink(file.path(), real);

    file.write(KEYS);

    assertThat(file.path()).isSymbolicLink();
    assertThat(new KeyFile(real).read()).containsExactlyInAnyOrderElementsOf(KEYS);
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    file.write(KEYS);
    String whole = Files.readString(file.path());

    for (int length = 0;
        length < whole.length() - 1;
        length++) { // The last line break may be missing.
      Files.writeString(file.path(), whole.substring(0, length));
      assertThatThrownBy(file::read).as("%d bytes", length).isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "primary my-own-secret-key\nsecondary sha256:00",
        "primary sha256:my-own-secret-key",
        "my-own-secret-key"
      })
  void aFileThatIsNotAKeyFileIsRefusedAndNotShown(String text) throws IOException {
    Files.createDirectories(file.path().getParent());
    Files.writeString(file.path(), text);

    assertThatThrownBy(file::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lynxeye keys generate")
        .hasMessageNotContaining("my-own-secret-key");
  }

  @Test
  void twoKeysOfOneNameAreRefused() throws IOException {
    file.write(KEYS);
    String whole = Files.readString(file.path());
    Files.writeString(file.path(), whole + "primary sha256:" + KeyHash.of("four").hex());

    assertThatThrownBy(file::read).hasMessageContaining("two lines 'primary'");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(file::read).hasMessage(file.path() + " does not exist");
    assertThat(file.exists()).isFalse();
  }
}
