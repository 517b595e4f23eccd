package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.lifecycle.Tuning;
import io.lynxeye.model.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures how a model runs best on the machine at hand: some seconds. */
public final class Tuner {

  private static final Logger log = LoggerFactory.getLogger(Tuner.class);

  private final String machine;
  private final int cores;
  private final int mostBatchSize;
  private final byte[] picture;
  private final BooleanSupplier isGivenUp;
  private final Stopwatch stopwatch;

  /**
   * @param machine everything outside the model that the result depends on
   * @param mostBatchSize the largest batch worth trying
   * @param picture what is scored
   * @param isGivenUp whether the result is not wanted any more
   */
  public Tuner(
      String machine,
      int cores,
      int mostBatchSize,
      byte[] picture,
      BooleanSupplier isGivenUp,
      LongSupplier nanoTime) {
    this.machine = machine;
    this.cores = cores;
    this.mostBatchSize = mostBatchSize;
    this.picture = picture.clone();
    this.isGivenUp = isGivenUp;
    this.stopwatch = new Stopwatch(nanoTime);
  }

  /**
   * What was found.
   *
   * @param report what was measured; empty when nothing could be
   */
  record Result(Tuning best, Optional<String> report) {}

  String machine() {
    return machine;
  }

  /** What is never far from the best. */
  Tuning untuned() {
    return new Tuning(1, mostBatchSize, EngineThreads.ENGINE_CHOICE);
  }

  Result run(Sessions sessions, Wishes wishes) throws ModelLoadException {
    Search search =
        new Search((plan, size) -> measure(sessions.with(plan.threads()), plan.workers(), size));
    List<Integer> sizes = Plan.batchSizes(wishes.batchSize(), mostBatchSize);
    try {
      Tuning best = search.best(Plan.candidates(cores, wishes), sizes);
      return new Result(best, Optional.of(search.report()));
    } catch (IllegalStateException e) {
      log.warn("it cannot be measured: {}", e.getMessage());
      return new Result(wishes.over(untuned()), Optional.empty());
    }
  }

  private double measure(LoadedModel model, int workers, int batchSize) throws ModelLoadException {
    if (isGivenUp.getAsBoolean()) {
      throw new ModelLoadException("the server stops");
    }
    try {
      Sample sample = model.prepare(picture);
      try {
        return stopwatch.picturesPerSecond(model, sample, workers, batchSize);
      } finally {
        sample.release();
      }
    } catch (InvalidInputException e) {
      throw new IllegalStateException("it cannot take the sample picture: " + e.getMessage());
    }
  }
}
