package io.lynxeye;

import io.lynxeye.metrics.Metrics;
import io.lynxeye.metrics.Watched;
import io.lynxeye.scoring.LiveFigures;
import io.lynxeye.scoring.RequestListener;
import java.util.stream.Stream;

/**
 * What becomes of what happens.
 *
 * @param metrics the server's meters
 * @param figures its last two minutes
 * @param requests told of every request
 */
record Observation(Metrics metrics, LiveFigures figures, RequestListener requests) {

  /** The server's own, and what watches it beside. */
  static Observation of(Watched watched, LiveFigures figures, Telemetry telemetry) {
    Metrics metrics = new Metrics(watched);
    return new Observation(
        metrics,
        figures,
        RequestListener.all(
            Stream.concat(Stream.of(metrics, figures), telemetry.listeners().stream()).toList()));
  }
}
