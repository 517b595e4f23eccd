package io.lynxeye.bench.part;

import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.bench.setup.EngineOptions;
import io.lynxeye.bench.setup.InProcessEngine;
import io.lynxeye.bench.setup.TestImage;
import io.lynxeye.serving.engine.PreparedInput;
import java.util.List;
import java.util.stream.Stream;

/** The engine alone: the minimum cost of an image. */
public final class EnginePart {

  public static final List<Integer> BATCH_SIZES = List.of(1, 2, 4, 8);

  private static final int MAX_CALLERS = 8;

  private final InProcessEngine engine;
  private final List<Integer> callers;
  private final EngineOptions options;

  EnginePart(InProcessEngine engine, EngineOptions options) {
    this.engine = engine;
    this.options = options;
    int cores = Runtime.getRuntime().availableProcessors();
    this.callers = Stream.of(1, Math.min(MAX_CALLERS, cores)).distinct().toList();
  }

  void measure(Round round) throws Exception {
    PreparedInput sample = engine.sample(round.image(TestImage.LYNX));
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
    InProcessEngine.Speed asServed =
        engine.measure(sample, options.batchSize(), options.workers(), round.seconds());
    round.figures().add("engine.as_served.images_per_s", asServed.imagesPerSecond());
  }

  private static String name(int batchSize, int callers) {
    return "engine.b" + batchSize + ".c" + callers + ".images_per_s";
  }
}
