package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.lifecycle.LoadedModel;
import java.util.concurrent.Callable;

/** JPEG bytes to the model's sample on one thread, in turns with the JDK's way. */
final class DecodePart {

  private static final int TURNS = 9;
  private static final int WARM_UP = 4;

  private final LoadedModel model;

  DecodePart(LoadedModel model) {
    this.model = model;
  }

  void measure(Round round) throws Exception {
    for (Picture picture : round.pictures()) {
      measure(picture, round.figures());
    }
  }

  private void measure(Picture picture, Figures figures) throws Exception {
    double[] ours = new double[TURNS];
    double[] theirs = new double[TURNS];
    for (int turn = -WARM_UP; turn < TURNS; turn++) {
      double our = millis(() -> model.prepare(picture.jpeg()));
      double their = millis(() -> JdkDecode.sample(picture.jpeg()));
      if (turn >= 0) {
        ours[turn] = our;
        theirs[turn] = their;
      }
    }
    figures.add("decode." + picture.name() + ".ms", Statistics.median(ours));
    figures.add("decode." + picture.name() + ".jdk_ms", Statistics.median(theirs));
  }

  private static double millis(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e6;
  }
}
