package io.lynxeye.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The size of a model's files. */
final class ModelSize {

  private ModelSize() {}

  /** The bytes of all files in a folder, without the quantized copy; 0 if it cannot be read. */
  static long of(Path folder) {
    Path copy = folder.resolve(QuantizedCopy.FOLDER);
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(copy))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // Loading it will fail as well, and report the cause.
    }
  }
}
