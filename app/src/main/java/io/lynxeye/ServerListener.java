package io.lynxeye;

import io.lynxeye.lifecycle.ModelListener;
import io.lynxeye.store.ModelStore;

/** Told what happens to the store and to the models in it; see {@link ModelListener}. */
public interface ServerListener extends ModelListener {

  /** What the store holds has changed. On the watcher's thread; returns quickly. */
  default void looked(ModelStore.Contents contents) {}
}
