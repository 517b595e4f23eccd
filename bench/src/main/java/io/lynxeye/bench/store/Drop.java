package io.lynxeye.bench.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;

/** Puts versions into a model's folder the way an operator does: copy, then rename. */
record Drop(Path model) {

  void folder(Path from, int number) throws IOException {
    rename(copy(from, number), number + "");
  }

  void corrupt(Path from, int number) throws IOException {
    Path copy = copy(from, number);
    Path graph = copy.resolve("saved_model.pb");
    byte[] bytes = Files.readAllBytes(graph);
    Files.write(graph, Arrays.copyOf(bytes, bytes.length / 2));
    rename(copy, number + "");
  }

  void archive(Path from, int number) throws IOException, InterruptedException {
    Files.createDirectories(model);
    Path hidden = model.resolve("." + number + ".tar.gz").toAbsolutePath();
    Process tar =
        new ProcessBuilder("tar", "-czf", hidden.toString(), "-C", from.toString(), ".").start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    rename(hidden, number + ".tar.gz");
  }

  void remove(int number) throws IOException {
    Files.move(model.resolve("" + number), model.resolve(".removed-" + number));
  }

  /** Deletes what was removed. */
  void clear() throws IOException {
    try (Stream<Path> removed = Files.list(model)) {
      for (Path folder : removed.filter(Drop::isRemoved).toList()) {
        try (Stream<Path> paths = Files.walk(folder)) {
          for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    }
  }

  private static boolean isRemoved(Path path) {
    return path.getFileName().toString().startsWith(".removed-");
  }

  private void rename(Path hidden, String name) throws IOException {
    Files.move(hidden, model.resolve(name));
  }

  private Path copy(Path from, int number) throws IOException {
    Path to = model.resolve("." + number);
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
    return to;
  }
}
