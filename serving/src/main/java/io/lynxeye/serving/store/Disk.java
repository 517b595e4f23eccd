package io.lynxeye.serving.store;

import io.lynxeye.serving.layout.UnusableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Access to names and attributes below one folder. Links are followed as long as they stay inside
 * it, or inside a folder that the operator has named. Opens no file.
 */
final class Disk {

  /** Lists a folder; tests replace it, for folders that cannot be read. */
  @FunctionalInterface
  interface Lister {
    List<Path> children(Path folder) throws IOException;
  }

  private static final String CHANGE_TIME = "unix:ctime";

  private final List<Path> real = new ArrayList<>();
  private final Lister lister;

  /**
   * @param root the folder that no link may lead out of; exists
   */
  Disk(Path root, Lister lister) throws IOException {
    this(root, List.of(), lister);
  }

  /**
   * @param others folders that links may lead to as well; those that do not exist are left out
   */
  Disk(Path root, List<Path> others, Lister lister) throws IOException {
    this.lister = lister;
    real.add(root.toRealPath());
    for (Path other : others) {
      if (Files.isDirectory(other)) {
        real.add(other.toRealPath());
      }
    }
  }

  /** Every entry of a folder, sorted. */
  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  List<Path> children(Path folder) throws IOException {
    return lister.children(folder);
  }

  /** The attributes of the file or folder itself, or of the target of a link. */
  BasicFileAttributes attributes(Path path) throws IOException, UnusableException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      attributes = Files.readAttributes(inside(path), BasicFileAttributes.class);
    }
    if (attributes.isOther()) {
      throw new UnusableException("is neither a file nor a folder and is not opened: remove it");
    }
    return attributes;
  }

  private Path inside(Path link) throws IOException, UnusableException {
    Path target;
    try {
      target = link.toRealPath();
    } catch (NoSuchFileException e) {
      throw new UnusableException("is a link to nothing: remove it or correct its target");
    } catch (FileSystemException e) {
      if (String.valueOf(e.getReason()).contains("symbolic links")) {
        throw new UnusableException("is a link that leads back to itself: remove it");
      }
      throw e;
    }
    if (!isInside(target)) {
      throw new UnusableException(
          "is a link that leads out of the store: put the files themselves here, or name the"
              + " folder that it leads to with --store-links");
    }
    return target;
  }

  /** Whether a path without links is where links may lead to. */
  boolean isInside(Path target) {
    return real.stream().anyMatch(target::startsWith);
  }

  /**
   * Whether a file, and the target of a link, last changed before an instant, by the file system's
   * own record: no copying program can set the change time (ctime) back, as it can the modification
   * time. False where there is no such record.
   */
  static boolean isUnchangedSince(Path file, Instant limit) {
    try {
      return isBefore(Files.getAttribute(file, CHANGE_TIME, LinkOption.NOFOLLOW_LINKS), limit)
          && isBefore(Files.getAttribute(file, CHANGE_TIME), limit);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false; // It vanished, or there is no such time: wait and see.
    }
  }

  private static boolean isBefore(Object changed, Instant limit) {
    return changed instanceof FileTime time && time.toInstant().isBefore(limit);
  }

  static String unreadable(IOException failure) {
    return "it cannot be read: " + words(failure);
  }

  /** The reason of a failure, without class names. */
  static String words(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    return failure instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(failure.getMessage());
  }
}
