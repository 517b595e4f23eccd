package io.lynxeye.serving.management;

import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.store.ModelStore;
import io.lynxeye.serving.store.StoreEditor;
import io.lynxeye.serving.store.StoreWatcher;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes changes to the store one after the other, on a thread of its own. A change is done when the
 * watcher has seen it and the manager has loaded and unloaded accordingly.
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

  /**
   * Scans the store now.
   *
   * @return fails while the store cannot be read: a change would be made to another, new one
   */
  CompletableFuture<ModelStore.Contents> scan() {
    return watcher
        .lookNow()
        .thenApply(
            contents -> {
              requireReadable();
              return contents;
            });
  }

  /** Refuses if the last scan could not read the store. */
  void requireReadable() {
    Optional<String> problem = watcher.unreadable();
    if (problem.isPresent()) {
      throw new ManagementException(
          ManagementException.Kind.UNAVAILABLE,
          "the model store cannot be changed: %s; mount or restore it, then try again"
              .formatted(problem.get()));
    }
  }

  /**
   * Makes a change.
   *
   * @param missing the failure when there is nothing to change
   * @return completes when the models served match it
   */
  CompletableFuture<Void> apply(ManagementException missing, Change change) {
    return scan().thenRunAsync(() -> make(missing, change), thread).thenCompose(made -> settled());
  }

  /** Completes when the models served match what the store holds now. */
  CompletableFuture<Void> settled() {
    return scan().thenCompose(contents -> manager.settled());
  }

  static void make(ManagementException missing, Change change) {
    try {
      change.make();
    } catch (NoSuchFileException e) {
      throw missing;
    } catch (StoreEditor.NotRemovableException e) {
      throw new ManagementException(ManagementException.Kind.CONFLICT, e.getMessage());
    } catch (IOException e) {
      throw new ManagementException(ManagementException.Kind.STORE, e.getMessage());
    } catch (IllegalArgumentException e) { // The existing settings are invalid.
      throw new ManagementException(ManagementException.Kind.INVALID, e.getMessage());
    }
  }

  void close() {
    thread.shutdown();
  }
}
