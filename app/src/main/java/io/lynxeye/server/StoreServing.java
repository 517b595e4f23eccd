package io.lynxeye.server;

import io.lynxeye.config.ServerConfig;
import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.lifecycle.ModelListener;
import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.liveness.Liveness;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.management.ModelImportPort;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.rollout.Rollouts;
import io.lynxeye.serving.rollout.watch.Drifts;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.store.ModelStore;
import io.lynxeye.serving.store.StoreEditor;
import io.lynxeye.serving.store.StoreWatcher;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Watches the model store, serves its models and administers them. */
final class StoreServing {

  private final Server.Listener listener;
  private final ModelManager manager;
  private final Rollouts rollouts;
  private final Drifts drifts;
  private final StoreWatcher watcher;
  private final ModelAdministration administration;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private volatile int unusable;

  /**
   * Starts nothing yet.
   *
   * @param registry receives the models that are available
   * @param registrar imports the models that clients register
   * @param others receive changes of the models, after the listener
   */
  StoreServing(
      ServerConfig config,
      ModelStore store,
      ModelLoader loader,
      ModelRegistry registry,
      ModelImportPort registrar,
      Server.Listener listener,
      List<ModelListener> others) {
    InstantSource time = InstantSource.system();
    this.listener = listener;
    Path state = config.stateDir().orElseGet(() -> Rollouts.folderIn(store.folder()));
    this.rollouts = new Rollouts(state, registry::isIdle, this::settle, NanoClock.SYSTEM, time);
    this.drifts = new Drifts(state, time);
    this.manager =
        new ModelManager(
            loader,
            registry,
            batching(config),
            config.drainTimeout(),
            ModelListener.all(List.of(listener, ModelListener.all(others))),
            NanoClock.SYSTEM,
            time,
            rollouts.and(drifts));
    this.watcher =
        new StoreWatcher(store, config.storeInterval(), manager::foldersInUse, time, this::scanned);
    this.administration =
        new ModelAdministration(
            store.folder(),
            watcher,
            new StoreEditor(store.folder()),
            manager,
            registry,
            registrar,
            rollouts,
            drifts,
            time);
  }

  private static BatchPolicy batching(ServerConfig config) {
    return new BatchPolicy(
        config.maxBatchSize(), config.maxBatchDelay(), config.queueCapacity(), config.workers());
  }

  /**
   * Starts scanning the store and serving its models.
   *
   * @return completes when every model of the first scan is available or has failed
   */
  CompletableFuture<Void> watch() {
    watcher.start();
    return settled;
  }

  /** Starts to compare what versions on trial answer. */
  void compare() {
    rollouts.start();
  }

  /** Adds what watches the store to the parts that the server needs. */
  void addTo(Liveness liveness) {
    liveness.needs("the thread that scans the store", watcher::isAlive);
  }

  /** Called on the watcher's thread. */
  private void scanned(ModelStore.Contents contents) {
    unusable = contents.unusable().size();
    listener.scanned(contents);
    var unused =
        reconcile(contents.models()).whenComplete((done, failed) -> settled.complete(null));
  }

  /** A rollout was decided: which versions are to serve has changed. */
  private void settle() {
    var unused = manager.settled();
  }

  /** Serves only these models, until a scan finds others. */
  CompletableFuture<Void> reconcile(Collection<StoredModel> desired) {
    return manager.reconcile(desired);
  }

  List<ModelStatus> statuses() {
    return manager.statuses();
  }

  /** The number of entries of the store that cannot be served. */
  int unusable() {
    return unusable;
  }

  ModelAdministration administration() {
    return administration;
  }

  Rollouts rollouts() {
    return rollouts;
  }

  Drifts drifts() {
    return drifts;
  }

  /** Receives the answers of the versions that serve. */
  ScoreListener answers() {
    return ScoreListener.both(rollouts, drifts);
  }

  /** Stops scanning the store, aborts imports, and ends all comparisons. */
  void stopWatching() {
    rollouts.close();
    drifts.close();
    watcher.close();
    administration.close();
  }

  /** Drains and unloads every model. */
  CompletableFuture<Void> unload() {
    return manager.stop();
  }
}
