package io.lynxeye.bench;

import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.lifecycle.Sample;
import java.util.List;
import java.util.stream.Stream;

/** The engine alone: what every served picture costs at least. */
final class EnginePart {

  static final List<Integer> BATCH_SIZES = List.of(1, 2, 4, 8);

  private static final int MOST_CALLERS = 8;

  private final InProcessEngine engine;
  private final List<Integer> callers;
  private final EngineSettings settings;

  EnginePart(InProcessEngine engine, EngineSettings settings) {
    this.engine = engine;
    this.settings = settings;
    int cores = Runtime.getRuntime().availableProcessors();
    this.callers = Stream.of(1, Math.min(MOST_CALLERS, cores)).distinct().toList();
  }

  /** The numbers of callers that were tried. */
  List<Integer> callers() {
    return callers;
  }

  void measure(Round round) throws Exception {
    Sample sample = engine.sample(round.picture(Picture.LYNX));
    double best = 0;
    for (int batchSize : BATCH_SIZES) {
      for (int caller : callers) {
        InProcessEngine.Speed speed =
            engine.measure(sample, batchSize, caller, round.seconds() / 4);
        round.figures().add(name(batchSize, caller), speed.imagesPerSecond());
        best = Math.max(best, speed.imagesPerSecond());
        if (batchSize == 1 && caller == 1) {
          round.figures().add("engine.b1.ms", Statistics.median(speed.millis()));
        }
      }
    }
    round.figures().add("engine.best.images_per_s", best);
    round
        .figures()
        .add(
            "engine.as_served.images_per_s",
            engine
                .measure(sample, settings.batchSize(), settings.workers(), round.seconds())
                .imagesPerSecond());
  }

  static String name(int batchSize, int callers) {
    return "engine.b" + batchSize + ".c" + callers + ".images_per_s";
  }
}
