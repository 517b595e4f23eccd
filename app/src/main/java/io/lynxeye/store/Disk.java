package io.lynxeye.store;

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
 * What a look into the store may see: names and attributes of what lies inside it. Links are
 * followed as long as they stay inside. Opens no file.
 */
final class Disk {

  /** Lists a folder; tests put their own here, for folders that cannot be read. */
  @FunctionalInterface
  interface Lister {
    List<Path> children(Path folder) throws IOException;
  }

  private final Path real;
  private final Lister lister;

  /**
   * @param root what nothing may lead out of; exists
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

  /** Of the file or folder itself, or of what a link leads to. */
  BasicFileAttributes attributes(Path path) throws IOException, UnusableException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      attributes = Files.readAttributes(inside(path), BasicFileAttributes.class);
    }
    if (attributes.isOther()) {
      throw new UnusableException("is neither a file nor a folder, and is not opened: remove it");
    }
    return attributes;
  }

  private Path inside(Path link) throws IOException, UnusableException {
    Path target;
    try {
      target = link.toRealPath();
    } catch (NoSuchFileException e) {
      throw new UnusableException("is a link to nothing: remove it or correct where it leads");
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

  /** A failure in words that name no class. */
  static String words(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "this user has no right to read it";
    }
    return failure instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(failure.getMessage());
  }
}
