package io.lynxeye.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock that excludes all other processes and threads. The operating system releases it when its
 * holder dies. The file stays: if it were deleted, a third process could lock a new file of the
 * same name. Any thread may call.
 */
public final class LockFile implements AutoCloseable {

  /**
   * The files this process holds. A POSIX lock belongs to the whole process and ends when any of
   * its channels on the file is closed, so a file that is listed here must not even be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private LockFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock, or returns empty at once when another process or thread holds it.
   *
   * @param folder created if missing
   * @param name of the lock file in the folder
   */
  public static Optional<LockFile> tryTake(Path folder, String name) throws IOException {
    Path file = Files.createDirectories(folder).toRealPath().resolve(name);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    LockFile taken = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      taken = channel.tryLock() == null ? null : new LockFile(file, channel);
    } catch (OverlappingFileLockException e) {
      // Held by this process under another path.
    } finally {
      if (taken == null) {
        release(file, channel);
      }
    }
    return Optional.ofNullable(taken);
  }

  /** Closes the channel first: closing it later could end the lock of the next holder. */
  private static void release(Path file, FileChannel channel) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(file);
    }
  }

  /**
   * The entries of the lock's folder whose names have this prefix. If such entries are made only
   * under the lock, a killed process has left them.
   */
  public List<Path> leftovers(String prefix) throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(file.getParent(), prefix + "*")) {
      entries.forEach(leftovers::add);
    }
    return leftovers;
  }

  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return; // Another process or thread may hold it by now.
    }
    release(file, channel);
  }
}
