package io.lynxeye.importers;

import io.lynxeye.importers.archive.LockFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One import at a time in a folder, among all processes and threads. The lock ends with its holder,
 * so whatever else an import finds in the folder is left over.
 */
final class FolderLock implements AutoCloseable {
  private final Path folder;
  private final LockFile lock;

  private FolderLock(Path folder, LockFile lock) {
    this.folder = folder;
    this.lock = lock;
  }

  static FolderLock take(Path folder) throws IOException, ImportException {
    LockFile lock =
        LockFile.tryTake(folder, ".importing.lock")
            .orElseThrow(
                () ->
                    new ImportException(
                        "Another import is at work in "
                            + folder
                            + ": wait for its end and run this one again."));
    return new FolderLock(folder, lock);
  }

  /** The folders that begin so: nobody is at work in them while the lock is held. */
  List<Path> leftovers(String prefix) throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, prefix + "*")) {
      folders.forEach(leftovers::add);
    }
    return leftovers;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
