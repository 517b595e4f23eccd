package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelSource;

/** The port through which an engine brings versions into memory. */
public interface ModelLoader {

  /**
   * Loads a version; takes seconds. Called on the manager's thread.
   *
   * @throws ModelLoadException when it cannot be served as it is
   */
  LoadedModel load(ModelSource source) throws ModelLoadException;
}
