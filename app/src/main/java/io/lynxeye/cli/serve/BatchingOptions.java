package io.lynxeye.cli.serve;

import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.engine.EngineLoader;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.tuning.FixedSettings;
import io.lynxeye.serving.tuning.MeasurementCache;
import io.lynxeye.serving.tuning.TunedLoader;
import io.lynxeye.serving.tuning.TuningRun;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** Batching and concurrency of models: options of {@code serve}; a rule sets the others. */
final class BatchingOptions {

  private static final int UNTUNED_BATCH_SIZE = 8;
  private static final int UNTUNED_WORKERS = 1;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description =
          "The largest batch of one inference call, in images. Default: by a rule for SavedModels,"
              + " which models describe shows; 8 for others.")
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
      description =
          "Concurrent inference calls of a model. Default: like --batch-size; 1 for others than"
              + " SavedModels.")
  private Optional<Integer> workers;

  @Option(
      names = "--solo-session",
      paramLabel = "on|off",
      description =
          "Whether a call that runs alone gets a second session of the model, on all cores. Default:"
              + " by a rule: on for light models, and on machines with four cores or more; off if"
              + " the threads are set.")
  private Optional<Switch> soloSession;

  @Option(
      names = "--tuning",
      paramLabel = "on|off",
      description =
          "Whether precision=auto may measure the precisions of a model when it is first loaded."
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

  /** The settings that are given. */
  private FixedSettings fixed(EngineOptions engine) {
    return FixedSettings.of(
        workers, batchSize, engine.threads(), soloSession.map(value -> value == Switch.on));
  }

  /**
   * Returns a loader that sets what is not given by a rule, and measures the precisions of models
   * in a child process.
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
    TuningRun run = new TuningProcess(cache, engine.device(), isQuiet, isGivenUp);
    return new TunedLoader(
        loader,
        loader.tuner(MeasurementCache.below(cache), isGivenUp),
        fixed(engine),
        isQuiet,
        tuning == Switch.on ? Optional.of(run) : Optional.empty());
  }
}
