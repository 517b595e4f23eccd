package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelStatus;

/** Told what happens to models, on the manager's thread. Returns quickly. */
public interface ModelListener {

  /** A version changed its state; told after it is true. */
  void changed(ModelStatus status);

  /** A version that serves is loaded again, for its files have changed; it serves on meanwhile. */
  default void reloading(ModelId id) {}

  /** A version that loads has run its first {@code done} of {@code total} batch sizes. */
  default void warmed(ModelId id, int done, int total) {}
}
