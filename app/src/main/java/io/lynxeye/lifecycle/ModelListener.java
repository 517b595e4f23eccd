package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelStatus;
import java.util.List;

/** Told what happens to models, on the manager's thread. Returns quickly. */
public interface ModelListener {

  /** Tells each of them, in order. */
  static ModelListener all(List<ModelListener> listeners) {
    return new ModelListener() {
      @Override
      public void changed(ModelStatus status) {
        listeners.forEach(listener -> listener.changed(status));
      }

      @Override
      public void reloading(ModelId id) {
        listeners.forEach(listener -> listener.reloading(id));
      }

      @Override
      public void warmed(ModelId id, int done, int total) {
        listeners.forEach(listener -> listener.warmed(id, done, total));
      }
    };
  }

  /** A version changed its state; told after it is true. */
  void changed(ModelStatus status);

  /** A version that serves is loaded again, for its files have changed; it serves on meanwhile. */
  default void reloading(ModelId id) {}

  /** A version that loads has run its first {@code done} of {@code total} batch sizes. */
  default void warmed(ModelId id, int done, int total) {}
}
