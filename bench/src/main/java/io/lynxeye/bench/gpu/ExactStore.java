package io.lynxeye.bench.gpu;

import io.lynxeye.archive.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A temporary model store with a copy of one model that computes in float32: the reference for
 * other devices and precisions. Closing it deletes it.
 *
 * @param folder the store
 */
record ExactStore(Path folder) implements AutoCloseable {

  /**
   * Copies a model.
   *
   * @throws IOException if the store has no such model, or it cannot be copied
   */
  static ExactStore of(Path store, String model) throws IOException {
    Path from = store.resolve(model);
    if (!Files.isDirectory(from)) {
      throw new IOException(
          "no model %s in %s: add it with ./lynxeye import %s".formatted(model, store, model));
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
      // The last entry of a name is the one that counts.
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
