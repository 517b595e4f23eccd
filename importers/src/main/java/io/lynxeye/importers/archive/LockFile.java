package io.lynxeye.importers.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock that one holds at a time, among all processes and all threads. The operating system lets
 * go of it when its holder dies. The file stays: deleting it would let a third lock another file of
 * the same name. Any thread may call.
 */
public final class LockFile implements AutoCloseable {

  /**
   * The files this process holds. A POSIX lock belongs to the whole process and ends when any of
   * its channels on the file is closed: whoever finds the file here must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private LockFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock, or says at once that another has it.
   *
   * @param folder made when it is not there
   * @param name of the lock's file in it
   */
  public static Optional<LockFile> tryTake(Path folder, String name) throws IOException {
    Path file = Files.createDirectories(folder).toRealPath().resolve(name);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    Optional<LockFile> taken = Optional.empty();
    try {
      taken = lock(file);
      return taken;
    } finally {
      if (taken.isEmpty()) {
        HELD.remove(file);
      }
    }
  }

  private static Optional<LockFile> lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean isTaken = false;
    try {
      isTaken = channel.tryLock() != null;
      return isTaken ? Optional.of(new LockFile(file, channel)) : Optional.empty();
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // Held by this process under another path.
    } finally {
      if (!isTaken) {
        channel.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return; // By now another may hold it.
    }
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}
