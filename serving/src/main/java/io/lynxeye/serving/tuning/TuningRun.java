package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelSource;

/** Benchmarks a model and stores the result in the cache. */
@FunctionalInterface
public interface TuningRun {

  /**
   * Takes half a minute, two at most, and all cores. Stores nothing if the model cannot be
   * measured.
   *
   * @param fixed settings that are not benchmarked
   * @param key the cache key of the result
   * @return whether it ran to its end undisturbed, so that another run would give no other result
   * @throws ModelLoadException if the model cannot be loaded, or the server is stopping
   */
  boolean measure(ModelSource source, FixedSettings fixed, String key) throws ModelLoadException;
}
