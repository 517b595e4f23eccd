package io.lynxeye.store;

import io.lynxeye.importers.archive.LockFile;
import io.lynxeye.importers.archive.Tree;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One at a time in a folder, among all processes and threads. */
final class CacheLock implements AutoCloseable {

  private static final long POLL_MILLIS = 20;

  private final Path folder;
  private final LockFile lock;

  private CacheLock(Path folder, LockFile lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** Waits as long as it takes: whoever holds it unpacks an archive. */
  static CacheLock take(Path folder) throws IOException {
    try {
      Optional<LockFile> lock = LockFile.tryTake(folder, ".lock");
      while (lock.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        lock = LockFile.tryTake(folder, ".lock");
      }
      return new CacheLock(folder, lock.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
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

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
