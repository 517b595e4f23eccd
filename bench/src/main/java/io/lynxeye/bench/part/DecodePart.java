package io.lynxeye.bench.part;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.bench.setup.JdkDecoder;
import io.lynxeye.bench.setup.TestImage;
import io.lynxeye.serving.engine.LoadedModel;
import java.util.concurrent.Callable;

/** JPEG bytes to model input on one thread, in turns with {@link JdkDecoder}. */
final class DecodePart {

  private static final int TURNS = 9;
  private static final int WARM_UP = 4;

  private final LoadedModel model;

  DecodePart(LoadedModel model) {
    this.model = model;
  }

  void measure(Round round) throws Exception {
    for (TestImage image : round.images()) {
      measure(image, round.figures());
    }
  }

  private void measure(TestImage image, Figures figures) throws Exception {
    double[] decoder = new double[TURNS];
    double[] jdk = new double[TURNS];
    for (int turn = -WARM_UP; turn < TURNS; turn++) {
      int index = Math.max(0, turn); // The warm-up is overwritten.
      decoder[index] = millis(() -> model.prepare(image.jpeg()));
      jdk[index] = millis(() -> JdkDecoder.decode(image.jpeg()));
    }
    figures.add("decode." + image.name() + ".ms", Statistics.median(decoder));
    figures.add("decode." + image.name() + ".jdk_ms", Statistics.median(jdk));
  }

  private static double millis(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e6;
  }
}
