package io.lynxeye.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder and everything below it. Links are not followed, except by a copy. */
public record Tree(Path root) {

  /** Deletes the folder with its content, if it exists. */
  public void delete() throws IOException {
    if (Files.exists(root)) {
      List<Path> deepestFirst = paths();
      deepestFirst.sort(Comparator.reverseOrder());
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }

  /** The size of all files; other processes may write and delete in it at the same time. */
  public long bytes() throws IOException {
    AtomicLong bytes = new AtomicLong();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes.get();
  }

  /** The regular files in it, at any depth. */
  public List<Path> files() throws IOException {
    return paths().stream().filter(Files::isRegularFile).toList();
  }

  /**
   * Copies the folder with its content. What links lead to is copied in place of them.
   *
   * @param target does not exist, and does not lie in it
   * @param isCopied of a path in it; a folder that is left out is left out with its content
   */
  public void copy(Path target, Predicate<Path> isCopied) throws IOException {
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!folder.equals(root) && !isCopied.test(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectory(target.resolve(root.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (isCopied.test(file)) {
              Files.copy(file, target.resolve(root.relativize(file).toString()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Flushes files and folders to the disk, so that content is there before a later rename. */
  public void force() throws IOException {
    for (Path path : paths()) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private List<Path> paths() throws IOException {
    return paths(Integer.MAX_VALUE - 1);
  }

  /**
   * The folder and everything below it, each folder before its content.
   *
   * @param limit when there are more, the list has one more than that
   */
  public List<Path> paths(int limit) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.limit(limit + 1L).collect(Collectors.toCollection(ArrayList::new));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
