package io.lynxeye.importers;

import io.lynxeye.archive.LockFile;
import io.lynxeye.archive.Tree;
import io.lynxeye.archive.UnwritableException;
import io.lynxeye.importers.download.ImportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The model store during an import: locked, with a staging folder on the same disk from which the
 * finished version is renamed into place.
 *
 * <p>Java cannot swap two folders in one call. Replacing therefore renames twice, and between the
 * two the old version is at {@code replaced/<model>/<version>} in the staging folder; if the import
 * is killed then, the next one restores it.
 */
final class StoreFolder implements AutoCloseable {
  private static final String LOCK = ".importing.lock";
  private static final String STAGING = ".importing-";
  private static final String REPLACED = "replaced";
  private static final int MODEL_AND_VERSION = 2;

  private final Path store;
  private final LockFile lock;
  private final Path staging;

  private StoreFolder(Path store, LockFile lock, Path staging) {
    this.store = store;
    this.lock = lock;
    this.staging = staging;
  }

  /**
   * Locks the store and cleans up after a killed import.
   *
   * @throws UnwritableException when this process may not write to it
   */
  static StoreFolder open(Path store) throws IOException, ImportException {
    try {
      return lock(store);
    } catch (IOException e) {
      throw UnwritableException.explain(store, e);
    }
  }

  private static StoreFolder lock(Path store) throws IOException, ImportException {
    LockFile lock = LockFile.tryTake(store, LOCK).orElseThrow(() -> ImportException.busy(store));
    try {
      clearLeftovers(store, lock);
      return new StoreFolder(store, lock, Files.createTempDirectory(store, STAGING));
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  /** The target folder; refuses to replace a version unasked or to hide a bare model. */
  Path target(ImportRequest request) throws IOException, ImportException {
    Path model = store.resolve(request.modelName());
    if (ModelFolder.isBare(model)) {
      throw new ImportException(
          ("%s holds a model's files at its top, which is version 1: move them into %s first, or"
                  + " choose another name with --as.")
              .formatted(model, model.resolve("1")));
    }
    Path target = present(model, request).orElse(model.resolve(request.version()));
    if (Files.exists(target) && !request.replace()) {
      throw new ImportException(
          target
              + " exists already: replace it with --replace, or choose another name with --as or"
              + " another version with --model-version.");
    }
    return target;
  }

  /** The folder that has the version already, which may be written with other leading zeros. */
  private static Optional<Path> present(Path model, ImportRequest request) throws IOException {
    if (!Files.isDirectory(model)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(model)) {
      return folders
          .filter(folder -> request.isVersionFolder(folder.getFileName().toString()))
          .findFirst();
    }
  }

  /** The import's staging folder, deleted by {@link #close}. */
  Path staging() {
    return staging;
  }

  /** Renames the finished folder to the target, replacing what is there. */
  void publish(Path finished, Path target) throws IOException {
    new Tree(finished).force();
    if (!Files.isDirectory(target.getParent())) {
      Files.createDirectory(target.getParent()); // Not the store: if it vanished, this fails.
    }
    if (!Files.exists(target)) {
      rename(finished, target);
      return;
    }
    Path replaced = staging.resolve(REPLACED).resolve(store.relativize(target));
    Files.createDirectories(replaced.getParent());
    rename(target, replaced);
    rename(finished, target);
  }

  /** Deletes the staging folder; restores an old version whose replacement did not arrive. */
  @Override
  public void close() throws IOException {
    try {
      clearLeftovers(store, lock);
    } finally {
      lock.close();
    }
  }

  private static void clearLeftovers(Path store, LockFile lock) throws IOException {
    for (Path leftover : lock.leftovers(STAGING)) {
      restore(leftover.resolve(REPLACED), store);
      new Tree(leftover).delete();
    }
  }

  private static void restore(Path replaced, Path store) throws IOException {
    if (!Files.isDirectory(replaced)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(replaced, MODEL_AND_VERSION)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path inStore = replaced.relativize(path);
        if (inStore.getNameCount() == MODEL_AND_VERSION && !Files.exists(store.resolve(inStore))) {
          Files.createDirectories(store.resolve(inStore).getParent());
          rename(path, store.resolve(inStore));
        }
      }
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
