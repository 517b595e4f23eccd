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
import java.util.List;
import java.util.stream.Stream;

/**
 * Access to names and attributes below one folder. Links are followed as long as they stay inside
 * it. Opens no file.
 */
final class Disk {

  /** Lists a folder; tests replace it, for folders that cannot be read. */
  @FunctionalInterface
  interface Lister {
    List<Path> children(Path folder) throws IOException;
  }

  private final Path real;
  private final Lister lister;

  /**
   * @param root the folder that no link may lead out of; exists
   */
  Disk(Path root, Lister lister) throws IOException {
    this.real = root.toRealPath();
    this.lister = lister;
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
    if (!target.startsWith(real)) {
      throw new UnusableException(
          "is a link that leads out of the store: put the files themselves here");
    }
    return target;
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
