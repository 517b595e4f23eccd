package io.lynxeye.serving.rollout.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

  @TempDir private Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** The server, a command, and people who look read it: its rights are those of other files. */
  @Test
  void replacesAFileAndLeavesTheRightsOfAnyOtherFile() throws IOException {
    Path target = folder.resolve("state.json");
    StateFile.replace(target, "one");
    StateFile.replace(target, "two");

    assertThat(target).hasContent("two");
    assertThat(files()).containsExactly(target);
    Path other = Files.writeString(folder.resolve("other"), "");
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(other));
  }

  @Test
  void aFileThatCannotBeReplacedLeavesNothingElse() throws IOException {
    Path target = Files.createDirectories(folder.resolve("state.json"));

    assertThatIOException().isThrownBy(() -> StateFile.replace(target, "one"));

    assertThat(files()).containsExactly(target);
  }

  /** As processes of two containers do, which have the same id. */
  @Test
  void writersAtTheSameTimeDoNotMixTheirTexts() throws IOException {
    Path target = folder.resolve("state.json");
    List<String> texts =
        IntStream.range(0, 64).mapToObj(i -> ("" + (char) ('!' + i)).repeat(10_000 + i)).toList();

    texts.parallelStream()
        .forEach(
            text -> {
              try {
                StateFile.replace(target, text);
                assertThat(Files.readString(target)).isIn(texts);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });

    assertThat(files()).containsExactly(target);
  }
}
