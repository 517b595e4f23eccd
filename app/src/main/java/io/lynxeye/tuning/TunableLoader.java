package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.model.ModelSource;

/** A loader that can set the thread counts of a model's session. */
public interface TunableLoader extends ModelLoader {

  /**
   * Loads a version; takes seconds. Called on the manager's thread.
   *
   * @param threads thread counts of its session; ignored by engines without threads per model
   * @throws ModelLoadException if it cannot be served as it is
   */
  LoadedModel load(ModelSource source, EngineThreads threads) throws ModelLoadException;
}
