package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelSource;

/**
 * Measures and checks a model in the precisions that it may run in, and stores the results in the
 * cache.
 */
@FunctionalInterface
public interface TuningRun {

  /**
   * Does what is not in the cache yet. Takes ten seconds, two minutes at most, and all cores.
   * Stores nothing if it does not run to its end.
   *
   * @param fixed settings that an operator has given
   * @param isMeasured whether speeds are measured, so that requests disturb it; otherwise only the
   *     accuracy is checked
   * @throws ModelLoadException if the model cannot be loaded, or the server is stopping
   */
  void run(ModelSource source, FixedSettings fixed, boolean isMeasured) throws ModelLoadException;
}
