package io.lynxeye.engine;

import io.lynxeye.serving.quantization.QuantizedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The size of a model's files. */
final class ModelSize {

  private ModelSize() {}

  /** The bytes of a version's files, without its int8 variant. */
  static long ofFloat(Path version) {
    long others = QuantizedFiles.folders(version).stream().mapToLong(ModelSize::of).sum();
    return Math.max(0, of(version) - others);
  }

  /** The bytes of all files in a folder; 0 if it is missing or cannot be read. */
  static long of(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // Loading it will fail as well, and report the cause.
    }
  }
}
