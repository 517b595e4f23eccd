package io.lynxeye.importers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * One import at a time in a folder, among all processes. The operating system lets go of the lock
 * when its holder dies, so whatever else an import finds in the folder is left over. The lock file
 * stays: deleting it would let a third import lock another file of the same name.
 */
final class FolderLock implements AutoCloseable {
  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  static FolderLock take(Path folder) throws IOException, ImportException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".importing.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isFree(channel)) {
      channel.close();
      throw new ImportException(
          "Another import is at work in " + folder + ": wait for its end and run this one again.");
    }
    return new FolderLock(folder, channel);
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // Held by another thread of this process.
    }
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
    channel.close();
  }
}
