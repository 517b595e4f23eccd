package io.lynxeye.serving.rollout.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.lynxeye.serving.rollout.record.RolloutRecord.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that cannot be read may be good: it is neither replaced nor renamed. */
class RecordsTest {

  private static final RolloutRecord GOOD = RolloutRecord.NONE.serving(new Version(7, "d7"));
  private static final RolloutRecord OTHER = RolloutRecord.NONE.serving(new Version(1, "d1"));

  @TempDir private Path folder;

  /** Writes the good record, and moves it away. */
  private Path away(Path original) throws IOException {
    try (Records earlier = new Records(folder.resolve("state"))) {
      earlier.save("m", GOOD);
    }
    return Files.move(original, folder.resolve("away"));
  }

  private Path file() {
    return folder.resolve("state/m/state.json");
  }

  /** A folder in place of the file: a read fails, for every user. */
  @Test
  void aFileThatCannotBeReadIsKeptAndReadLater() throws IOException {
    Path away = away(file());
    Files.createDirectory(file());
    try (Records records = new Records(folder.resolve("state"))) {
      assertThatIOException()
          .isThrownBy(() -> records.save("m", OTHER))
          .withMessageContaining("m/state.json cannot be read (")
          .withMessageContaining("--state-dir");
      records.assume("m", OTHER);
      records.save("other", OTHER);
      assertThat(records.saveAll()).isFalse();
      assertThat(file()).isDirectory();

      Files.delete(file());
      Files.move(away, file());

      assertThat(records.saveAll()).isTrue();
      assertThat(records.of("m")).isEqualTo(GOOD);
      records.save("m", GOOD);
      assertThat(records.saveAll()).isFalse();
    }
    assertThat(file().resolveSibling("state.json.damaged")).doesNotExist();
  }

  /** A loop of links in place of the folder: its files cannot be listed. */
  @Test
  void nothingIsWrittenIntoAFolderThatCannotBeRead() throws IOException {
    Path state = folder.resolve("state");
    Path away = away(state);
    Files.createSymbolicLink(state, state);
    try (Records records = new Records(state)) {
      assertThatIOException()
          .isThrownBy(() -> records.save("m", OTHER))
          .withMessageContaining("state cannot be read (");
      records.assume("m", OTHER);

      Files.delete(state);
      Files.move(away, state);

      assertThat(records.saveAll()).isTrue();
      assertThat(records.of("m")).isEqualTo(GOOD);
    }
  }

  @Test
  void textThatIsNotUtf8IsDamage() throws IOException {
    Files.createDirectories(file().getParent());
    Files.write(file(), new byte[] {'{', (byte) 0xff, '}'});

    try (Records records = new Records(folder.resolve("state"))) {
      assertThat(records.of("m")).isEqualTo(RolloutRecord.NONE);
      assertThat(file().resolveSibling("state.json.damaged")).exists();
      records.save("m", OTHER);
    }
    assertThat(Records.peek(folder.resolve("state"), "m")).contains(OTHER);
  }

  /** Another process may be writing. */
  @Test
  void aPeekChangesNothing() throws IOException {
    Path state = folder.resolve("state");
    assertThat(Records.peek(state, "m")).isEmpty();
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "{");

    assertThatExceptionOfType(DamagedException.class)
        .isThrownBy(() -> Records.peek(state, "m"))
        .withMessageContaining("state.json is damaged (");

    assertThat(file()).hasContent("{");
    assertThat(state.resolve("lock")).doesNotExist();
  }

  /** As for any record of a model whose settings ask for no rollout. */
  @Test
  void aRecordThatCannotBeReadCanBeForgotten() throws IOException {
    Files.createDirectories(file());
    try (Records records = new Records(folder.resolve("state"))) {
      records.forget("m");

      assertThat(file()).doesNotExist();
      records.save("m", OTHER);
      assertThat(records.of("m")).isEqualTo(OTHER);
    }
  }
}
