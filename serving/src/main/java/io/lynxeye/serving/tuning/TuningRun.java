package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.model.ModelSource;

/** Measures a model in the precisions that it may run in, and stores the result in the cache. */
@FunctionalInterface
public interface TuningRun {

  /**
   * Takes ten seconds, two minutes at most, and all cores. Stores nothing if the model cannot be
   * measured.
   *
   * @param fixed settings that an operator has given
   * @return whether it ran to its end undisturbed, so that another run would give no other result
   * @throws ModelLoadException if the model cannot be loaded, or the server is stopping
   */
  boolean measure(ModelSource source, FixedSettings fixed) throws ModelLoadException;
}
