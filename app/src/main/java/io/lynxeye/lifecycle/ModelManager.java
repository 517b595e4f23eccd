package io.lynxeye.lifecycle;

import io.lynxeye.batching.BatchPolicy;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelManifest;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.ModelState;
import io.lynxeye.model.ModelStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Makes what is served equal to what is wanted: loads, warms up, puts into the registry, takes out,
 * drains, unloads. All of it happens on one thread of its own, so nothing here needs a lock.
 */
public final class ModelManager {

  private final ModelLoader loader;
  private final ModelRegistry registry;
  private final BatchPolicy defaults;
  private final Duration drainTimeout;
  private final ModelListener listener;
  private final NanoClock clock;
  private final InstantSource time;
  private final Map<ModelId, ModelStatus> statuses = new ConcurrentSkipListMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "model-manager"));

  /**
   * @param defaults how jobs become batches where the manifest does not say
   * @param drainTimeout how long an unloaded version may take to finish what it accepted
   */
  public ModelManager(
      ModelLoader loader,
      ModelRegistry registry,
      BatchPolicy defaults,
      Duration drainTimeout,
      ModelListener listener,
      NanoClock clock,
      InstantSource time) {
    this.loader = loader;
    this.registry = registry;
    this.defaults = defaults;
    this.drainTimeout = drainTimeout;
    this.listener = listener;
    this.clock = clock;
    this.time = time;
  }

  /**
   * Serves the newest version of each model found, and nothing else. A version that fails to load
   * ends as failed in {@link #statuses()}; it harms no other.
   *
   * @return done when nothing is left to do
   */
  public CompletableFuture<Void> reconcile(Collection<ModelSource> found) {
    Collection<ModelSource> wanted = VersionPolicy.newest(found);
    return CompletableFuture.runAsync(() -> settle(wanted), thread);
  }

  /** Every version that was ever wanted, by name and version. */
  public List<ModelStatus> statuses() {
    return List.copyOf(statuses.values());
  }

  /** Unloads everything, newest wish included, and ends the thread. */
  public CompletableFuture<Void> stop() {
    CompletableFuture<Void> done = reconcile(List.of());
    thread.shutdown();
    return done;
  }

  private void settle(Collection<ModelSource> wanted) {
    Optional<VersionPolicy.Action> action = VersionPolicy.next(wanted, statuses.values());
    while (action.isPresent()) {
      if (action.get() instanceof VersionPolicy.Load load) {
        load(load.source());
      } else if (action.get() instanceof VersionPolicy.Unload unload) {
        unload(unload.id());
      }
      action = VersionPolicy.next(wanted, statuses.values());
    }
  }

  private void load(ModelSource source) {
    ModelId id = source.id();
    set(ModelStatus.start(id, time.instant()));
    to(id, ModelState.LOADING);
    try {
      registry.put(new ServedModel(warm(source), policy(source.manifest()), clock));
      to(id, ModelState.AVAILABLE);
    } catch (ModelLoadException e) {
      set(statuses.get(id).failed(e.getMessage(), time.instant()));
    }
  }

  private LoadedModel warm(ModelSource source) throws ModelLoadException {
    LoadedModel model = loader.load(source);
    try {
      int sizes = policy(source.manifest()).maxBatchSize();
      for (int size = 1; size <= sizes; size++) {
        model.warmUp(size);
        listener.warmed(source.id(), size, sizes);
      }
      return model;
    } catch (InvalidInputException | RuntimeException e) {
      model.close();
      throw new ModelLoadException("it loads, but cannot score: " + e.getMessage(), e);
    }
  }

  private BatchPolicy policy(ModelManifest manifest) {
    return new BatchPolicy(
        manifest.maxBatchSize().orElse(defaults.maxBatchSize()),
        manifest.maxBatchDelay().orElse(defaults.maxDelay()),
        manifest.queueCapacity().orElse(defaults.queueCapacity()),
        manifest.workers().orElse(defaults.workers()));
  }

  private void unload(ModelId id) {
    Optional<ServedModel> model = registry.remove(id);
    to(id, ModelState.UNLOADING);
    try {
      if (model.isPresent()) {
        model.get().drainAndClose(drainTimeout);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    to(id, ModelState.END);
  }

  private void to(ModelId id, ModelState state) {
    set(statuses.get(id).to(state, time.instant()));
  }

  private void set(ModelStatus status) {
    statuses.put(status.id(), status);
    listener.changed(status);
  }
}
