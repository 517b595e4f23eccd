package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelStatus;
import java.util.List;

/** Is notified of changes of models, on the manager's thread. Must return quickly. */
public interface ModelListener {

  /** A listener that notifies each of these, in order. */
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

  /** A version has changed its state; called after the change took effect. */
  void changed(ModelStatus status);

  /** A version whose files have changed is being reloaded; it serves in the meantime. */
  default void reloading(ModelId id) {}

  /** A version that is loading has warmed up {@code done} of {@code total} batch sizes. */
  default void warmed(ModelId id, int done, int total) {}
}
