package io.lynxeye.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.quantization.QuantizedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8FolderTest {

  @TempDir Path version;

  /** What the server reads at each rename: the content of the model file. */
  private final List<String> served = new ArrayList<>();

  private static Int8Folder.Content text(String text) {
    return file -> Files.writeString(file, text);
  }

  private String served() throws IOException {
    return Files.readString(QuantizedFiles.of(version).model());
  }

  private void write(Int8Folder folder, String text) throws IOException {
    folder.write(text(text), assets -> {}, text("report of " + text));
  }

  private List<String> entries() throws IOException {
    try (var entries = Files.list(version)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  /** Renames, and notes what the server finds before and after. */
  private void rename(Path from, Path to) throws IOException {
    served.add(served());
    Files.move(from, to);
    served.add(served());
  }

  @Test
  void theOldOneOrTheNewOneIsThereAtEveryMoment() throws IOException {
    write(new Int8Folder(version), "old");
    write(new Int8Folder(version, this::rename), "new");

    assertThat(served).containsExactly("old", "old", "old", "new");
    assertThat(Files.readString(version.resolve("int8/report.json"))).isEqualTo("report of new");
    assertThat(entries()).containsExactly("int8");
  }

  @Test
  void aFailedRenameLeavesTheOldOneInItsPlace() throws IOException {
    write(new Int8Folder(version), "old");
    Int8Folder failing =
        new Int8Folder(
            version,
            (from, to) -> {
              if (from.endsWith(".int8-unfinished")) {
                throw new IOException("the disk is full");
              }
              Files.move(from, to);
            });

    assertThatThrownBy(() -> write(failing, "new")).hasMessage("the disk is full");
    assertThat(Files.readString(version.resolve("int8/saved_model.pb"))).isEqualTo("old");
    assertThat(entries()).containsExactly("int8");
  }

  @Test
  void afterAKillBetweenTheRenamesTheOldOneIsServedAndMovedBack() throws IOException {
    write(new Int8Folder(version), "old");
    Files.move(version.resolve("int8"), QuantizedFiles.replaced(version));
    Files.createDirectory(QuantizedFiles.unfinished(version));
    assertThat(served()).isEqualTo("old");

    new Int8Folder(version).recover();

    assertThat(Files.readString(version.resolve("int8/saved_model.pb"))).isEqualTo("old");
    assertThat(entries()).containsExactly("int8");
  }

  @Test
  void afterAKillBehindTheRenamesTheNewOneStays() throws IOException {
    write(new Int8Folder(version), "old");
    Files.move(version.resolve("int8"), QuantizedFiles.replaced(version));
    Files.createDirectory(version.resolve("int8"));
    Files.writeString(version.resolve("int8/saved_model.pb"), "new");
    assertThat(served()).isEqualTo("new");

    new Int8Folder(version).recover();

    assertThat(served()).isEqualTo("new");
    assertThat(entries()).containsExactly("int8");
  }

  @Test
  void anIncompleteOneIsNeverInItsPlace() throws IOException {
    Int8Folder folder = new Int8Folder(version);

    assertThatThrownBy(
            () ->
                folder.write(
                    text("new"),
                    assets -> {},
                    report -> {
                      throw new IOException("no report");
                    }))
        .hasMessage("no report");
    assertThat(entries()).isEmpty();
  }
}
