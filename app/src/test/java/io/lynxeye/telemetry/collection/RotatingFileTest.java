package io.lynxeye.telemetry.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotatingFileTest {

  @TempDir private Path folder;

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(folder.resolve(file));
  }

  @Test
  void aFullFileIsRotatedAndTheOldestDeleted() throws IOException {
    try (RotatingFile file = new RotatingFile(folder, 8, 3)) {
      for (String line : List.of("one", "two", "three", "four", "five", "six", "seven")) {
        file.write(line);
      }
    }

    assertThat(files()).containsExactly("pictures.1.jsonl", "pictures.2.jsonl", "pictures.jsonl");
    assertThat(lines("pictures.jsonl")).containsExactly("seven");
    assertThat(lines("pictures.1.jsonl")).containsExactly("six");
    assertThat(lines("pictures.2.jsonl")).containsExactly("five");
  }

  @Test
  void severalLinesShareAFileUpToItsLastByte() throws IOException {
    try (RotatingFile file = new RotatingFile(folder, 8, 3)) {
      for (String line : List.of("one", "two", "six")) {
        file.write(line);
      }
    }

    assertThat(lines("pictures.1.jsonl")).containsExactly("one", "two");
    assertThat(lines("pictures.jsonl")).containsExactly("six");
  }

  @Test
  void theNextProcessContinuesTheFile() throws IOException {
    for (String line : List.of("one", "two", "six")) {
      try (RotatingFile file = new RotatingFile(folder, 8, 3)) {
        file.write(line);
      }
    }

    assertThat(lines("pictures.1.jsonl")).containsExactly("one", "two");
    assertThat(lines("pictures.jsonl")).containsExactly("six");
  }

  /** As another process may have moved it meanwhile, the next line finds or creates the file. */
  @Test
  void aReleasedFileIsClosedUntilTheNextLine() throws IOException {
    try (RotatingFile file = new RotatingFile(folder, 100, 2)) {
      file.write("one");
      file.release();
      file.release();
      Files.move(folder.resolve("pictures.jsonl"), folder.resolve("elsewhere"));
      file.write("two");
      file.release();
    }

    assertThat(lines("elsewhere")).containsExactly("one");
    assertThat(lines("pictures.jsonl")).containsExactly("two");
  }

  @Test
  void aLineLongerThanAFileIsWrittenWhole() throws IOException {
    try (RotatingFile file = new RotatingFile(folder, 8, 2)) {
      file.write("x".repeat(100));
      file.write("one");
    }

    assertThat(lines("pictures.1.jsonl")).containsExactly("x".repeat(100));
    assertThat(lines("pictures.jsonl")).containsExactly("one");
  }

  @Test
  void worksWithASingleFile() throws IOException {
    try (RotatingFile file = new RotatingFile(folder, 8, 1)) {
      IntStream.range(0, 10).forEach(i -> write(file, "line " + i));
    }

    assertThat(files()).containsExactly("pictures.jsonl");
    assertThat(lines("pictures.jsonl")).containsExactly("line 9");
  }

  private static void write(RotatingFile file, String line) {
    try {
      file.write(line);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anImpossibleFolderIsReportedAtOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> new RotatingFile(file, 8, 1)).isInstanceOf(IOException.class);
  }
}
