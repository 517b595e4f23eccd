package io.lynxeye.store;

import io.lynxeye.model.ModelId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Looks into the store again and again, on a thread of its own, and tells what has changed. */
public final class StoreWatcher implements AutoCloseable {

  /**
   * Nothing runs yet.
   *
   * @param listener told on the watcher's thread when what is found differs from before; first when
   *     the first look has settled
   */
  public StoreWatcher(
      ModelStore store, Duration interval, Consumer<ModelStore.Contents> listener) {}

  /** Begins to look. */
  public void start() {}

  /**
   * Looks at once instead of when the interval is over.
   *
   * @return what was found, once the listener has been told
   */
  @SuppressWarnings("DoNotCallSuggester")
  public CompletableFuture<ModelStore.Contents> lookNow() {
    throw new UnsupportedOperationException();
  }

  /** Says that a version is complete, so that the next look need not wait whether it changes. */
  public void complete(ModelId id) {}

  /** What the last look found; empty before the first. */
  @SuppressWarnings("DoNotCallSuggester")
  public ModelStore.Contents contents() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
