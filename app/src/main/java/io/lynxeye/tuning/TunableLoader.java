package io.lynxeye.tuning;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.model.ModelSource;

/** A loader that can give each model's session its own threads. */
public interface TunableLoader extends ModelLoader {

  /**
   * Loads a version; takes seconds. Called on the manager's thread.
   *
   * @param threads of its session; without effect where its engine has none per model
   * @throws ModelLoadException when it cannot be served as it is
   */
  LoadedModel load(ModelSource source, EngineThreads threads) throws ModelLoadException;
}
