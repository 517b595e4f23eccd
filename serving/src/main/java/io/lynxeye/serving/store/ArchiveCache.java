package io.lynxeye.serving.store;

import io.lynxeye.archive.Archive;
import io.lynxeye.archive.ArchiveException;
import io.lynxeye.archive.ArchiveLimits;
import io.lynxeye.archive.LockFile;
import io.lynxeye.archive.Tree;
import io.lynxeye.serving.layout.UnusableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Unpacks the store's archives, once per content, into this user's cache: {@code
 * unpacked/<archive>/<content>/}. A content folder is complete or absent, even if a process dies
 * while unpacking: it is written elsewhere and then renamed. Thread-safe.
 */
final class ArchiveCache {

  private static final String ARCHIVE = "archive";
  private static final String UNFINISHED = ".unfinished-";
  private static final long POLL_MILLIS = 20;
  private static final int CALLS_UNTIL_RETRY = 30;

  private record Failure(String content, String reason, int callsUntilRetry) {}

  private final Path folder;
  private final ArchiveLimits limits;
  private final Map<Path, Failure> failures = new HashMap<>();

  /**
   * @param cache this user's cache folder; made when it is needed
   */
  ArchiveCache(Path cache, ArchiveLimits limits) {
    this.folder = cache.toAbsolutePath().normalize().resolve("unpacked");
    this.limits = limits;
  }

  /** Whether the content is in the cache, so that {@link #unpack} returns at once. */
  boolean has(Path archive, BasicFileAttributes attributes) {
    return Files.isDirectory(target(archive, content(attributes)));
  }

  /**
   * Returns the folder with the archive's content. A bad archive is not tried again until it
   * changes; after a failure of the disk it is tried again every {@value #CALLS_UNTIL_RETRY} calls.
   *
   * @param attributes the archive's, as the caller has seen them
   * @throws UnusableException when it cannot be unpacked; says why
   */
  synchronized Path unpack(Path archive, BasicFileAttributes attributes) throws UnusableException {
    String content = content(attributes);
    Path target = target(archive, content);
    if (Files.isDirectory(target)) {
      return target;
    }
    Failure failure = failures.get(archive);
    if (failure != null && failure.content.equals(content) && failure.callsUntilRetry > 0) {
      failures.put(archive, new Failure(content, failure.reason, failure.callsUntilRetry - 1));
      throw new UnusableException(failure.reason);
    }
    try {
      unpackOnce(archive, target, content);
      failures.remove(archive);
      return target;
    } catch (ArchiveException e) {
      throw failed(archive, content, words(e), Integer.MAX_VALUE);
    } catch (IOException e) {
      String reason = "it cannot be unpacked into %s: %s".formatted(folder, Disk.words(e));
      throw failed(archive, content, reason, CALLS_UNTIL_RETRY);
    }
  }

  private UnusableException failed(Path archive, String content, String reason, int calls) {
    failures.put(archive, new Failure(content, reason, calls));
    return new UnusableException(reason);
  }

  private static String words(ArchiveException e) {
    return switch (e.kind()) {
      case DAMAGED ->
          "it "
              + e.getMessage()
              + "; if it is still being copied, it is loaded when it is complete";
      case NO_ARCHIVE -> "it " + e.getMessage();
      case REFUSED ->
          "it is not unpacked, because it "
              + e.getMessage()
              + ": make an archive of the model folder alone";
    };
  }

  @SuppressWarnings("try") // The lock is only held.
  private void unpackOnce(Path archive, Path target, String content)
      throws IOException, ArchiveException, UnusableException {
    try (LockFile lock = lock()) {
      deleteUnfinished();
      if (Files.isDirectory(target)) {
        return; // Another process has unpacked it.
      }
      Path unfinished = Files.createTempDirectory(folder, UNFINISHED);
      try {
        Archive.unpack(archive, unfinished, limits, bytes -> {});
        if (!content(Files.readAttributes(archive, BasicFileAttributes.class)).equals(content)) {
          throw new UnusableException("it is still being copied: it is loaded when it is complete");
        }
        new Tree(unfinished).force();
        Files.createDirectories(target.getParent());
        Files.writeString(target.resolveSibling(ARCHIVE), absolute(archive).toString());
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        new Tree(unfinished).delete();
      }
    }
  }

  /** Waits as long as it takes: another thread or process unpacks an archive. */
  private LockFile lock() throws IOException {
    try {
      Optional<LockFile> lock = LockFile.tryTake(folder, ".lock");
      while (lock.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        lock = LockFile.tryTake(folder, ".lock");
      }
      return lock.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  /** Deletes what a killed process has left: only the holder of the lock unpacks. */
  private void deleteUnfinished() throws IOException {
    for (Path path : Disk.list(folder)) {
      if (path.getFileName().toString().startsWith(UNFINISHED)) {
        new Tree(path).delete();
      }
    }
  }

  /**
   * Deletes the content of archives that were removed or replaced. The content of other stores'
   * archives stays.
   *
   * @param wanted folders in use
   */
  @SuppressWarnings("try") // The lock is only held.
  synchronized void clear(Path store, Set<Path> wanted) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (LockFile lock = lock()) {
      deleteUnfinished();
      for (Path ofArchive : Disk.list(folder)) {
        Path name = ofArchive.resolve(ARCHIVE);
        if (Files.isRegularFile(name)) {
          Path archive = Path.of(Files.readString(name));
          if (archive.startsWith(absolute(store))) {
            clear(ofArchive, archive, wanted);
          }
        }
      }
    }
  }

  private void clear(Path ofArchive, Path archive, Set<Path> wanted) throws IOException {
    String current = "";
    try {
      current = content(Files.readAttributes(archive, BasicFileAttributes.class));
    } catch (NoSuchFileException e) {
      failures.remove(archive);
    }
    boolean isEmpty = true;
    for (Path content : Disk.list(ofArchive)) {
      boolean isUsed = wanted.stream().anyMatch(path -> path.startsWith(content));
      if (!Files.isDirectory(content, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      if (isUsed || content.endsWith(current)) {
        isEmpty = false;
      } else {
        delete(content);
      }
    }
    if (isEmpty) {
      delete(ofArchive);
    }
  }

  /** Renames first: a folder that is half deleted must not look like a complete one. */
  private void delete(Path path) throws IOException {
    Path unfinished = Files.createTempDirectory(folder, UNFINISHED);
    Files.move(path, unfinished, StandardCopyOption.ATOMIC_MOVE);
    new Tree(unfinished).delete();
  }

  private Path target(Path archive, String content) {
    return folder.resolve(FileTree.digest(absolute(archive).toString())).resolve(content);
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static String content(BasicFileAttributes attributes) {
    return FileTree.digest(FileTree.identity(attributes));
  }
}
