package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelSource;

/** Loads versions into memory; implemented by the engines. */
public interface ModelLoader {

  /**
   * Loads a version; takes seconds. Called on the manager's thread.
   *
   * @throws ModelLoadException if it cannot be served as it is
   */
  LoadedModel load(ModelSource source) throws ModelLoadException;
}
