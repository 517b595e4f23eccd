package io.lynxeye.tuning;

import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelSource;

/** Finds out how a model runs best, and keeps the answer in the cache. */
@FunctionalInterface
public interface TuningRun {

  /**
   * Takes half a minute, two at most, and all cores. Where it cannot be found out, nothing is kept.
   *
   * @param fixed what is not to be found out
   * @param key under which the answer is kept
   * @return whether it was left undisturbed to its end, so that no other run would find more
   * @throws ModelLoadException when the model cannot be loaded, or the server stops
   */
  boolean measure(ModelSource source, FixedSettings fixed, String key) throws ModelLoadException;
}
