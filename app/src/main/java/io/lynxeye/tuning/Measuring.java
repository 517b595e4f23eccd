package io.lynxeye.tuning;

import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelSource;

/** Finds out how a model runs best, and keeps the answer in the cache. */
@FunctionalInterface
public interface Measuring {

  /**
   * Takes some seconds and all cores. Where it cannot be found out, nothing is kept.
   *
   * @param wishes what is not to be found out
   * @param question under which the answer is kept
   * @throws ModelLoadException when the model cannot be loaded, or the server stops
   */
  void measure(ModelSource source, Wishes wishes, String question) throws ModelLoadException;
}
