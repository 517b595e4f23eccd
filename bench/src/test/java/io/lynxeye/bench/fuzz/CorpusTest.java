package io.lynxeye.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The bodies that fuzzing begins with, and those it has found: each a result or a refusal. */
class CorpusTest {

  private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What is done with a body. */
  private interface Target {
    void take(byte[] body);
  }

  @TestFactory
  List<DynamicTest> picturesAreDecodedOrRefused() throws IOException {
    return tests("pictures", PictureFuzz::fuzzerTestOneInput);
  }

  @TestFactory
  List<DynamicTest> bodiesAreReadOrRefused() throws IOException {
    return tests("bodies", BodyFuzz::fuzzerTestOneInput);
  }

  private static List<DynamicTest> tests(String folder, Target target) throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
      List<Path> all = files.sorted().toList();
      assertThat(all).as("an empty corpus proves nothing").isNotEmpty();
      return all.stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), take(file, target)))
          .toList();
    }
  }

  private static Executable take(Path file, Target target) {
    return () -> {
      byte[] body = Files.readAllBytes(file);
      assertTimeoutPreemptively(PATIENCE, () -> target.take(body));
    };
  }
}
