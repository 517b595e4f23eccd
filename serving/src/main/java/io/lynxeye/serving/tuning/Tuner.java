package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Benchmarks a model on this machine: half a minute, two at most. */
public final class Tuner {

  private static final Logger log = LoggerFactory.getLogger(Tuner.class);

  private final String machine;
  private final int cores;
  private final int mostBatchSize;
  private final byte[] image;
  private final BooleanSupplier isGivenUp;
  private final ThroughputMeter meter;

  /**
   * @param machine everything outside the model that the result depends on
   * @param mostBatchSize the largest batch to try
   * @param image the sample image
   * @param isGivenUp whether to abort because the server is stopping
   */
  public Tuner(
      String machine,
      int cores,
      int mostBatchSize,
      byte[] image,
      BooleanSupplier isGivenUp,
      LongSupplier nanoTime) {
    this.machine = machine;
    this.cores = cores;
    this.mostBatchSize = mostBatchSize;
    this.image = image.clone();
    this.isGivenUp = isGivenUp;
    this.meter = new ThroughputMeter(nanoTime);
  }

  /**
   * The result of a benchmark.
   *
   * @param report the measurements, for people
   */
  record Result(Tuning best, String report) {}

  String machine() {
    return machine;
  }

  /** Settings that are never far from the best. */
  Tuning untuned() {
    return new Tuning(1, mostBatchSize, EngineThreads.ENGINE_CHOICE);
  }

  /** Benchmarks a model, one session per thread counts; empty if it cannot be measured. */
  Optional<Result> run(TunableLoader loader, ModelSource source, FixedSettings fixed)
      throws ModelLoadException {
    Map<EngineThreads, LoadedModel> sessions = new HashMap<>();
    TuningSearch search =
        new TuningSearch(
            (parallelism, size) -> {
              EngineThreads threads = parallelism.threads();
              if (!sessions.containsKey(threads)) {
                sessions.put(threads, loader.load(source, threads));
              }
              return measure(sessions.get(threads), parallelism.workers(), size);
            });
    List<Integer> sizes = Parallelism.batchSizes(fixed.batchSize(), mostBatchSize);
    try {
      Tuning best = search.best(Parallelism.candidates(cores, fixed), sizes);
      return Optional.of(new Result(best, search.report()));
    } catch (IllegalStateException e) {
      log.warn("{} cannot be benchmarked: {}", source.id(), e.getMessage());
      return Optional.empty();
    } finally {
      sessions.values().forEach(LoadedModel::close);
    }
  }

  private double measure(LoadedModel model, int workers, int batchSize) throws ModelLoadException {
    if (isGivenUp.getAsBoolean()) {
      throw new ModelLoadException("the server is stopping");
    }
    try {
      PreparedInput sample = model.prepare(image);
      try {
        return meter.imagesPerSecond(model, sample, workers, batchSize);
      } finally {
        sample.release();
      }
    } catch (InvalidInputException e) {
      throw new IllegalStateException("it rejects the sample image: " + e.getMessage());
    }
  }
}
