package io.lynxeye.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model store with a copy of one model that calculates in float32 everywhere: what other devices
 * and precisions are compared with. Deleted at the end.
 *
 * @param folder the store
 */
record ExactStore(Path folder) implements AutoCloseable {

  /**
   * @throws IOException if the store has no such model, or it cannot be copied
   */
  static ExactStore of(Path store, String model) throws IOException {
    Path from = store.resolve(model);
    if (!Files.isDirectory(from)) {
      throw new IOException(
          "no model %s in %s: ./lynxeye import %s puts it there".formatted(model, store, model));
    }
    ExactStore copy = new ExactStore(Files.createTempDirectory("lynxeye-exact"));
    Path to = copy.folder.resolve(model);
    for (Path file : below(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target);
      }
    }
    for (Path version : below(to).stream().filter(Files::isDirectory).toList()) {
      if (Files.exists(version.resolve("saved_model.pb"))) {
        // Of two entries with one name the later counts.
        Files.writeString(
            version.resolve("serving.properties"),
            "\nprecision=fp32\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }
    return copy;
  }

  /** Folders before what they hold. */
  private static List<Path> below(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : below(folder).stream().sorted(Comparator.reverseOrder()).toList()) {
      Files.delete(file);
    }
  }
}
