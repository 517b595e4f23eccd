package io.lynxeye.bench.part;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.setup.TestImage;
import java.util.List;

/**
 * One round of a run, as its parts see it.
 *
 * @param figures receives what the parts measure
 * @param images the test images, of all sizes
 * @param seconds the minimum length of one measurement
 * @param patient whether a closed loop serves every client at least twice, however long that takes
 */
public record Round(Figures figures, List<TestImage> images, double seconds, boolean patient) {

  TestImage image(String name) {
    return TestImage.named(images, name);
  }

  /** The server's throughput at 32 clients if it was measured, else the engine's, per second. */
  double capacity() {
    return figures
        .last("closed.32.images_per_s")
        .or(() -> figures.last("engine.best.images_per_s"))
        .orElse(10.0);
  }

  /** The time to serve a number of clients once each. */
  double cycleSeconds(int clients) {
    return clients / Math.max(0.1, capacity());
  }
}
