package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.engine.EngineLoader;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.tuning.FixedSettings;
import io.lynxeye.serving.tuning.TunedLoader;
import io.lynxeye.serving.tuning.TuningCache;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** Batching and concurrency of models: options of {@code serve}; unset ones are measured. */
final class BatchingOptions {

  private static final int UNTUNED_BATCH_SIZE = 8;
  private static final int UNTUNED_WORKERS = 1;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description =
          "The largest batch of one inference call, in images. Default: the fastest on this"
              + " machine, measured when a model is first loaded.")
  private Optional<Integer> batchSize;

  @Option(
      names = "--max-batch-delay",
      paramLabel = "MILLISECONDS",
      description = "How long an idle worker waits for a batch to fill. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  long maxBatchDelay;

  @Option(
      names = "--queue-capacity",
      paramLabel = "N",
      description =
          "The most requests that may wait for a model, in addition to those in its inference calls."
              + " Time and memory limit them too, and usually earlier. Default: ${DEFAULT-VALUE}.",
      defaultValue = "4096")
  int queueCapacity;

  @Option(
      names = "--max-queue-wait",
      paramLabel = "MILLISECONDS",
      description =
          "How long a request may wait for its inference call to start; then it is rejected, so"
              + " that the client can try another server. Default: limited by --request-timeout"
              + " alone.")
  Optional<Long> maxQueueWait;

  @Option(
      names = "--target-queue-wait",
      paramLabel = "MILLISECONDS",
      description =
          "How long requests wait for their inference calls while more keep arriving than can be"
              + " scored; further ones are rejected. A burst may wait until --request-timeout."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  long targetQueueWait;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Concurrent inference calls of a model. Default: measured, like --batch-size.")
  private Optional<Integer> workers;

  @Option(
      names = "--tuning",
      paramLabel = "on|off",
      description =
          "Whether to measure --batch-size, --workers and the thread options that are not set."
              + " Results are kept in tuning/ in the cache folder. Default: ${DEFAULT-VALUE}.",
      defaultValue = "on")
  private Switch tuning;

  /** The names are in lower case because picocli prints them. */
  enum Switch {
    on,
    off
  }

  /** The batch size where neither a manifest nor a measurement sets it. */
  int maxBatchSize() {
    return batchSize.orElse(UNTUNED_BATCH_SIZE);
  }

  /** The workers where neither a manifest nor a measurement sets them. */
  int workers() {
    return workers.orElse(UNTUNED_WORKERS);
  }

  /**
   * Returns a loader that benchmarks models in a child process to find the values that are not set.
   *
   * @param engine the engine options of the child process
   * @param isQuiet whether no request is in flight
   * @param isGivenUp whether the server is stopping
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
