package io.lynxeye.bench.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Gives a target the bodies it begins with, before its time is measured: instrumenting the classes
 * that a first body needs can take longer than a body may.
 */
final class WarmUp {

  private WarmUp() {}

  static void with(String corpus, Consumer<byte[]> target) throws IOException {
    Path folder =
        Path.of(System.getProperty("lynxeye.home", "."), "bench/src/test/resources/corpus", corpus);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        target.accept(Files.readAllBytes(file));
      }
    }
  }
}
