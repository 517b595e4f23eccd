package io.lynxeye.serving.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Remembers which folder the store was, so that a store that vanished is never taken for an empty
 * one: neither when the folder is gone, nor when an empty one stands in its place, as after the end
 * of a mount. Not thread-safe.
 */
final class StorePresence {

  private final Path folder;
  private boolean wasThere;
  private Optional<Object> key = Optional.empty();

  StorePresence(Path folder) {
    this.folder = folder;
  }

  /** Whether the store has never been there: then a missing one is empty. */
  boolean mayBeMissing() {
    return !wasThere;
  }

  /**
   * Accepts what a scan found.
   *
   * @param hadModels whether there were models before
   * @throws IOException when another folder is there, which is empty
   */
  void accept(StoreSnapshot found, boolean hadModels) throws IOException {
    Optional<Object> now = key();
    if (hadModels && found.models().isEmpty() && !now.equals(key)) {
      throw new IOException(
          "another, empty folder is in its place; to serve what is there now, start the server again");
    }
    key = now;
    wasThere |= Files.exists(folder);
  }

  /** Device and inode; empty where the file system has none, or the folder is missing. */
  private Optional<Object> key() throws IOException {
    return Files.exists(folder)
        ? Optional.ofNullable(Files.readAttributes(folder, BasicFileAttributes.class).fileKey())
        : Optional.empty();
  }
}
