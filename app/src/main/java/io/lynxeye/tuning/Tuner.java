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

/** Measures how a model runs best on the machine at hand: half a minute, two at most. */
public final class Tuner {

  private static final Logger log = LoggerFactory.getLogger(Tuner.class);

  private final String machine;
  private final int cores;
  private final int mostBatchSize;
  private final byte[] picture;
  private final BooleanSupplier isGivenUp;
  private final ThroughputMeter meter;

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
    this.meter = new ThroughputMeter(nanoTime);
  }

  /**
   * What was found.
   *
   * @param report what was measured, for people
   */
  record Result(Tuning best, String report) {}

  String machine() {
    return machine;
  }

  /** What is never far from the best. */
  Tuning untuned() {
    return new Tuning(1, mostBatchSize, EngineThreads.ENGINE_CHOICE);
  }

  /** Empty when the model cannot be measured. */
  Optional<Result> run(Sessions sessions, FixedSettings fixed) throws ModelLoadException {
    TuningSearch search =
        new TuningSearch(
            (parallelism, size) ->
                measure(sessions.with(parallelism.threads()), parallelism.workers(), size));
    List<Integer> sizes = Parallelism.batchSizes(fixed.batchSize(), mostBatchSize);
    try {
      Tuning best = search.best(Parallelism.candidates(cores, fixed), sizes);
      return Optional.of(new Result(best, search.report()));
    } catch (IllegalStateException e) {
      log.warn("it cannot be measured: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private double measure(LoadedModel model, int workers, int batchSize) throws ModelLoadException {
    if (isGivenUp.getAsBoolean()) {
      throw new ModelLoadException("the server stops");
    }
    try {
      Sample sample = model.prepare(picture);
      try {
        return meter.picturesPerSecond(model, sample, workers, batchSize);
      } finally {
        sample.release();
      }
    } catch (InvalidInputException e) {
      throw new IllegalStateException("it cannot take the sample picture: " + e.getMessage());
    }
  }
}
