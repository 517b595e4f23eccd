package io.lynxeye.bench;

import io.lynxeye.importers.archive.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

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
    List<Path> versions = new ArrayList<>();
    for (Path file : new Tree(from).files()) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
      if (file.endsWith("saved_model.pb")) {
        versions.add(target.getParent());
      }
    }
    for (Path version : versions) {
      // Of two entries with one name the later counts.
      Files.writeString(
          version.resolve("serving.properties"),
          "\nprecision=fp32\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    return copy;
  }

  @Override
  public void close() throws IOException {
    new Tree(folder).delete();
  }
}
