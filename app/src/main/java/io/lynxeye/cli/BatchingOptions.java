package io.lynxeye.cli;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.tuning.FixedSettings;
import io.lynxeye.tuning.TunedLoader;
import io.lynxeye.tuning.TuningCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** How pictures become batches, and how many batches run at once: said here, or measured. */
final class BatchingOptions {

  private static final int UNTUNED_BATCH_SIZE = 8;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description =
          "Most pictures in one engine call. Default: what is best here, measured when a model is"
              + " loaded for the first time.")
  private Optional<Integer> batchSize;

  @Option(
      names = "--max-batch-delay",
      paramLabel = "MILLISECONDS",
      description = "How long a free engine waits for a batch to fill. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private long maxBatchDelay;

  @Option(
      names = "--queue-capacity",
      paramLabel = "N",
      description =
          "Most requests on their way to a model besides those in its engine; one more is refused."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "128")
  private int queueCapacity;

  @Option(
      names = "--max-queue-wait",
      paramLabel = "MILLISECONDS",
      description =
          "How long a request may wait until the engine begins with it; then it is refused, for"
              + " another server may be free. Default: as long as --request-timeout allows.")
  private Optional<Long> maxQueueWait;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Engine calls of a model that may run at once. Default: measured, likewise.")
  private Optional<Integer> workers;

  @Option(
      names = "--tuning",
      paramLabel = "on|off",
      description =
          "Whether to measure what is not said. The results are kept below tuning/ in the cache."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "on")
  private Switch tuning;

  /** Picocli shows the names. */
  enum Switch {
    on,
    off
  }

  /** Where neither a manifest nor a measurement says otherwise. */
  int maxBatchSize() {
    return batchSize.orElse(UNTUNED_BATCH_SIZE);
  }

  Duration maxBatchDelay() {
    return Duration.ofMillis(maxBatchDelay);
  }

  int queueCapacity() {
    return queueCapacity;
  }

  Optional<Duration> maxQueueWait() {
    return maxQueueWait.map(Duration::ofMillis);
  }

  /** Where neither a manifest nor a measurement says otherwise. */
  int workers() {
    return workers.orElse(1);
  }

  /**
   * A loader that finds out, in a process of its own, what was not said.
   *
   * @param engine with which the process is started too
   * @param isQuiet whether no request is on its way
   * @param isGivenUp whether the server stops
   */
  ModelLoader tuned(
      EngineLoader loader,
      EngineOptions engine,
      Path cache,
      BooleanSupplier isQuiet,
      BooleanSupplier isGivenUp) {
    if (tuning == Switch.off) {
      return loader;
    }
    FixedSettings fixed = FixedSettings.of(workers, batchSize, engine.threads());
    return new TunedLoader(
        loader,
        TuningCache.below(cache),
        loader.tuner(isGivenUp),
        fixed,
        isQuiet,
        new TuningProcess(cache, engine.device(), isQuiet, isGivenUp));
  }
}
