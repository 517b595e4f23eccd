package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.model.ModelSource;

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
