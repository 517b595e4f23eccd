package io.lynxeye;

import io.lynxeye.batching.BatchPolicy;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.lifecycle.ModelListener;
import io.lynxeye.lifecycle.ModelLoader;
import io.lynxeye.lifecycle.ModelManager;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.management.ModelAdministration;
import io.lynxeye.management.ModelRegistrar;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.StoredModel;
import io.lynxeye.store.ModelStore;
import io.lynxeye.store.StoreEditor;
import io.lynxeye.store.StoreWatcher;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Serves what the store holds: the models of a server, and who looks after them. */
final class StoreServing {

  private static final InstantSource SYSTEM_TIME = InstantSource.system();

  private final Path store;
  private final ModelRegistry registry;
  private final ServerListener listener;
  private final ModelManager manager;
  private final StoreWatcher watcher;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private volatile int unusable;

  /**
   * @param registry is filled with what is available
   * @param others told of the models, after the listener
   */
  StoreServing(
      ServerConfig config,
      ModelStore store,
      ModelLoader loader,
      ModelRegistry registry,
      ServerListener listener,
      List<ModelListener> others) {
    this.store = store.folder();
    this.registry = registry;
    this.listener = listener;
    this.manager =
        new ModelManager(
            loader,
            registry,
            batching(config),
            config.drainTimeout(),
            ModelListener.all(List.of(listener, ModelListener.all(others))),
            NanoClock.SYSTEM,
            SYSTEM_TIME);
    this.watcher =
        new StoreWatcher(store, config.storeInterval(), manager::foldersInUse, this::found);
  }

  private static BatchPolicy batching(ServerConfig of) {
    return new BatchPolicy(of.maxBatchSize(), of.maxBatchDelay(), of.queueCapacity(), of.workers());
  }

  /**
   * Begins to look into the store, and to serve what is there.
   *
   * @return done when everything found at first is available or has failed
   */
  CompletableFuture<Void> watch() {
    watcher.start();
    return settled;
  }

  /** On the watcher's thread. */
  private void found(ModelStore.Contents contents) {
    unusable = contents.unusable().size();
    listener.looked(contents);
    var unused =
        reconcile(contents.models()).whenComplete((done, failed) -> settled.complete(null));
  }

  /** Serves these and no others, until something else is found. */
  CompletableFuture<Void> reconcile(Collection<StoredModel> models) {
    return manager.reconcile(models);
  }

  List<ModelStatus> statuses() {
    return manager.statuses();
  }

  /** Entries of the store that cannot be served. */
  int unusable() {
    return unusable;
  }

  /**
   * What an administrator may do.
   *
   * @param registrar brings models into the store
   */
  ModelAdministration administration(ModelRegistrar registrar) {
    return new ModelAdministration(
        store, watcher, new StoreEditor(store), manager, registry, registrar, SYSTEM_TIME);
  }

  /** Takes no more notice of the store. */
  void stopWatching() {
    watcher.close();
  }

  /** Drains and unloads every model. */
  CompletableFuture<Void> unload() {
    return manager.stop();
  }
}
