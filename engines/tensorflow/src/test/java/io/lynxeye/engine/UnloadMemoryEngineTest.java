package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.natives.NativeMemory;
import io.lynxeye.serving.engine.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Unloading ResNet50 returns its memory to the operating system. */
@Tag("engine")
class UnloadMemoryEngineTest {

  private static final int GROWTH_MB = 150;

  /** Memory that TensorFlow keeps after its first model: threads, kernels, thread-local buffers. */
  private static final int ONCE_MB = 450;

  @Test
  void repeatedLoadsAndUnloadsDoNotGrowTheMemory() throws Exception {
    EngineRing ring = EngineRing.get();
    long before = residentMb();
    long afterThree = 0;
    for (int i = 1; i <= 10; i++) {
      loadScoreAndFree(ring);
      if (i == 3) {
        afterThree = residentMb();
      }
    }
    long three = afterThree;
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(residentMb())
                    .isLessThan(three + GROWTH_MB)
                    .isLessThan(before + ONCE_MB));
  }

  private static void loadScoreAndFree(EngineRing ring) throws Exception {
    try (LoadedModel model = ring.loader().load(EngineRing.source(EngineRing.PIXELS))) {
      EngineRing.score(model, EngineRing.sample("lynx"));
    }
  }

  /**
   * Without garbage: the size of the Java heap depends on the tests before this one, and some
   * native memory is freed a moment after the collection.
   */
  private static long residentMb() throws IOException {
    System.gc();
    NativeMemory.trim();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }
}
