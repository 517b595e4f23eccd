package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.manifest.ModelManifest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings that are given, so that they are not benchmarked.
 *
 * @param workers parallel inference calls
 * @param batchSize most images per call
 * @param threads thread counts of the engine session
 */
public record FixedSettings(
    OptionalInt workers, OptionalInt batchSize, Optional<EngineThreads> threads) {

  /** No setting is given. */
  public static final FixedSettings NONE =
      new FixedSettings(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  /** The settings of a command line. */
  public static FixedSettings of(
      Optional<Integer> workers, Optional<Integer> batchSize, Optional<EngineThreads> threads) {
    return new FixedSettings(optional(workers), optional(batchSize), threads);
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /** These settings, where the manifest has none of its own. */
  FixedSettings under(ModelManifest manifest) {
    return new FixedSettings(
        manifest.workers().isPresent() ? manifest.workers() : workers,
        manifest.maxBatchSize().isPresent() ? manifest.maxBatchSize() : batchSize,
        threads);
  }

  /** The given settings, completed by the benchmark's. */
  Tuning over(Tuning found) {
    return new Tuning(
        workers.orElse(found.workers()),
        batchSize.orElse(found.maxBatchSize()),
        threads.orElse(found.threads()));
  }

  /** Whether nothing is left to benchmark. */
  boolean isComplete() {
    return workers.isPresent() && batchSize.isPresent() && threads.isPresent();
  }
}
