package io.lynxeye.serving.engine;

import io.lynxeye.serving.model.ModelSource;

/** Loads versions into memory; implemented by the engines. */
public interface ModelLoader {

  /**
   * Loads a version; takes seconds. Called on the manager's thread.
   *
   * @throws ModelLoadException if it cannot be served as it is
   */
  LoadedModel load(ModelSource source) throws ModelLoadException;
}
