package io.lynxeye.importers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder and everything below it; links are not followed. */
record Tree(Path root) {

  /** Deletes it all; nothing happens when it is not there. */
  void delete() throws IOException {
    if (Files.exists(root)) {
      List<Path> deepestFirst = paths();
      deepestFirst.sort(Comparator.reverseOrder());
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    }
  }

  /** The bytes in it now; what others delete meanwhile counts nothing. */
  long bytes() throws IOException {
    if (!Files.exists(root)) {
      return 0;
    }
    long bytes = 0;
    for (Path path : paths()) {
      bytes += sizeNow(path);
    }
    return bytes;
  }

  private static long sizeNow(Path path) throws IOException {
    try {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  List<Path> filesNamed(String name) throws IOException {
    return paths().stream()
        .filter(path -> path.endsWith(name) && Files.isRegularFile(path))
        .toList();
  }

  /** Brings files and folders to the disk, so that a rename never comes before its content. */
  void force() throws IOException {
    for (Path path : paths()) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private List<Path> paths() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.collect(Collectors.toCollection(ArrayList::new));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
