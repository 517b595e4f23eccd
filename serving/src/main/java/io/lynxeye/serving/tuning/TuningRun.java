package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import java.util.Optional;

/**
 * Measures and checks a model in the precisions that it may run in, and stores the results in the
 * cache.
 */
@FunctionalInterface
public interface TuningRun {

  /**
   * Does what is not in the cache yet. Without a precision to check, takes ten seconds, two minutes
   * at most, and all cores. Stores nothing if it does not run to its end.
   *
   * @param fixed settings that an operator has given
   * @param checked the precision whose accuracy alone is checked, which requests do not disturb;
   *     empty = the speeds are measured, and the faster precisions are checked
   * @throws ModelLoadException if the model cannot be loaded, or the server is stopping
   */
  void run(ModelSource source, FixedSettings fixed, Optional<Precision> checked)
      throws ModelLoadException;
}
