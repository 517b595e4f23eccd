package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import java.util.List;

/**
 * What every part of a run gets to see.
 *
 * @param figures where it puts what it measured
 * @param seconds how long one measurement lasts, at least
 * @param patient whether a measurement lasts several cycles of all its clients, however slow the
 *     machine
 */
record Round(Figures figures, List<Picture> pictures, double seconds, boolean patient) {

  Picture picture(String name) {
    return Picture.named(pictures, name);
  }

  /** The best throughput of the server seen so far; of the engine, before there is one. */
  double capacity() {
    return figures
        .last("closed.32.images_per_s")
        .or(() -> figures.last("engine.best.images_per_s"))
        .orElse(10.0);
  }

  /** How long that many clients take to be served once each. */
  double cycleSeconds(int clients) {
    return clients / Math.max(0.1, capacity());
  }
}
