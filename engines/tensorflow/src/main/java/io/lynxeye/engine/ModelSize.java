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

  /** The bytes of all files in a folder, without copies in int8 below it; 0 if it is unreadable. */
  static long of(Path folder) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !isInCopy(folder.relativize(file)))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // Loading it will fail as well, and report the cause.
    }
  }

  private static boolean isInCopy(Path file) {
    for (Path part : file) {
      if (part.toString().equals(QuantizedCopy.FOLDER)) {
        return true;
      }
    }
    return false;
  }
}
