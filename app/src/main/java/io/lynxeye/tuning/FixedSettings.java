package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.Tuning;
import io.lynxeye.model.ModelManifest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What has been said already, so that it is not to be found out.
 *
 * @param workers engine calls at once
 * @param batchSize most pictures in one
 * @param threads of the session
 */
public record FixedSettings(
    OptionalInt workers, OptionalInt batchSize, Optional<EngineThreads> threads) {

  /** Nothing said. */
  public static final FixedSettings NONE =
      new FixedSettings(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  /** What command lines say. */
  public static FixedSettings of(
      Optional<Integer> workers, Optional<Integer> batchSize, Optional<EngineThreads> threads) {
    return new FixedSettings(optional(workers), optional(batchSize), threads);
  }

  private static OptionalInt optional(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }

  /** A manifest's word goes before the server's. */
  FixedSettings under(ModelManifest manifest) {
    return new FixedSettings(
        manifest.workers().isPresent() ? manifest.workers() : workers,
        manifest.maxBatchSize().isPresent() ? manifest.maxBatchSize() : batchSize,
        threads);
  }

  /** With what was found out in the places where nothing was said. */
  Tuning over(Tuning found) {
    return new Tuning(
        workers.orElse(found.workers()),
        batchSize.orElse(found.maxBatchSize()),
        threads.orElse(found.threads()));
  }

  /** Whether nothing is left to find out. */
  boolean isComplete() {
    return workers.isPresent() && batchSize.isPresent() && threads.isPresent();
  }
}
