package io.lynxeye.store;

import io.lynxeye.importers.archive.Tree;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * One at a time in a folder, among all processes and threads. The operating system lets go of the
 * lock when its holder dies. The lock file stays: deleting it would let a third lock another file
 * of the same name.
 */
final class CacheLock implements AutoCloseable {

  private static final long POLL_MILLIS = 20;

  private final FileChannel channel;

  private final Path folder;

  private CacheLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Waits as long as it takes: whoever holds it unpacks an archive. */
  static CacheLock take(Path folder) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      while (!isTaken(channel)) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      return new CacheLock(folder, channel);
    } catch (InterruptedException e) {
      channel.close();
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Deletes what a killed process has left: nobody else is at work while the lock is held. */
  void clear(String prefix) throws IOException {
    for (Path path : Disk.list(folder)) {
      if (path.getFileName().toString().startsWith(prefix)) {
        new Tree(path).delete();
      }
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // Held by another thread of this process.
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
