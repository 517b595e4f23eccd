package io.lynxeye.management;

import io.lynxeye.lifecycle.ModelManager;
import io.lynxeye.store.ModelStore;
import io.lynxeye.store.StoreEditor;
import io.lynxeye.store.StoreWatcher;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Changes to the store, one after the other on a thread of its own; each is seen by the watcher and
 * followed by the manager before it counts as done.
 */
final class StoreChanges {

  /** One change. */
  @FunctionalInterface
  interface Change {
    void make() throws IOException;
  }

  private final StoreWatcher watcher;
  private final ModelManager manager;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "store-changes"));

  StoreChanges(StoreWatcher watcher, ModelManager manager) {
    this.watcher = watcher;
    this.manager = manager;
  }

  /** What the store has at this moment. */
  CompletableFuture<ModelStore.Contents> look() {
    return watcher.lookNow();
  }

  /**
   * Makes a change.
   *
   * @param missing what is told when what is to be changed is not there
   * @return done when what is served follows it
   */
  CompletableFuture<Void> apply(ManagementException missing, Change change) {
    return CompletableFuture.runAsync(() -> make(missing, change), thread)
        .thenCompose(made -> settled());
  }

  /** Done when what is served follows what the store has at this moment. */
  CompletableFuture<Void> settled() {
    return look().thenCompose(contents -> manager.settled());
  }

  private static void make(ManagementException missing, Change change) {
    try {
      change.make();
    } catch (NoSuchFileException e) {
      throw missing;
    } catch (StoreEditor.NotRemovableException e) {
      throw new ManagementException(ManagementException.Kind.CONFLICT, e.getMessage());
    } catch (IOException e) {
      throw storeFailure(e);
    } catch (IllegalArgumentException e) { // The settings there are cannot be understood.
      throw new ManagementException(ManagementException.Kind.INVALID, e.getMessage());
    }
  }

  /** The store says cause and cure itself. */
  static ManagementException storeFailure(IOException failure) {
    return new ManagementException(ManagementException.Kind.STORE, failure.getMessage());
  }

  void close() {
    thread.shutdown();
  }
}
