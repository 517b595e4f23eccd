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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what is served equal to what is wanted: loads, warms up, puts into the registry, takes out,
 * drains, unloads. All of it happens on one thread of its own, so none of it needs a lock.
 */
public final class ModelManager {

  private static final Logger log = LoggerFactory.getLogger(ModelManager.class);

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
  private CompletableFuture<Void> stopped;

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
   * Serves the newest version of each model found that can be served, and nothing else. A version
   * that fails to load ends as failed in {@link #statuses()}; it harms no other.
   *
   * @return done when nothing is left to do
   */
  public CompletableFuture<Void> reconcile(Collection<ModelSource> found) {
    List<ModelSource> now = List.copyOf(found);
    return CompletableFuture.runAsync(() -> settle(now), thread);
  }

  /** Every version that was ever wanted, by name and version. */
  public List<ModelStatus> statuses() {
    return List.copyOf(statuses.values());
  }

  /** Unloads everything, newest wish included, and ends the thread. Idempotent. */
  public synchronized CompletableFuture<Void> stop() {
    if (stopped == null) {
      stopped = reconcile(List.of());
      thread.shutdown();
    }
    return stopped;
  }

  private void settle(Collection<ModelSource> found) {
    Optional<VersionPolicy.Action> action = VersionPolicy.next(found, statuses.values());
    while (action.isPresent()) {
      if (action.get() instanceof VersionPolicy.Load load) {
        load(load.source());
      } else if (action.get() instanceof VersionPolicy.Unload unload) {
        unload(unload.id());
      }
      action = VersionPolicy.next(found, statuses.values());
    }
  }

  private void load(ModelSource source) {
    ModelId id = source.id();
    set(ModelStatus.start(id, time.instant()));
    to(id, ModelState.LOADING);
    try {
      registry.put(open(source));
    } catch (ModelLoadException e) {
      log.debug("{} cannot be served", id, e);
      fail(id, e.getMessage());
      return;
    } catch (RuntimeException | Error e) { // A defect, or no memory: the other models go on.
      log.error("{} failed to load", id, e);
      fail(id, "it failed to load: " + e);
      return;
    }
    to(id, ModelState.AVAILABLE);
  }

  /** Loaded and warmed up; closed again if that fails. */
  private ServedModel open(ModelSource source) throws ModelLoadException {
    BatchPolicy policy = policy(source.manifest());
    LoadedModel model = loader.load(source);
    try {
      int sizes = policy.maxBatchSize();
      for (int size = 1; size <= sizes; size++) {
        model.warmUp(size);
        listener.warmed(source.id(), size, sizes);
      }
      return new ServedModel(model, policy, clock);
    } catch (InvalidInputException | RuntimeException e) {
      close(model);
      throw new ModelLoadException("it loads, but cannot score: " + e.getMessage(), e);
    } catch (Error e) {
      close(model);
      throw e;
    }
  }

  private static void close(LoadedModel model) {
    try {
      model.close();
    } catch (RuntimeException | Error e) { // What it failed with before says more.
      log.error("{} could not be freed", model.description().id(), e);
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
      if (model.isPresent() && !model.get().drainAndClose(drainTimeout)) {
        log.warn("{} stays in memory: a call into its engine has not ended", id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // The other models are unloaded all the same.
      log.error("{} could not be freed", id, e);
    }
    to(id, ModelState.END);
  }

  private void fail(ModelId id, String reason) {
    set(statuses.get(id).failed(reason, time.instant()));
  }

  private void to(ModelId id, ModelState state) {
    set(statuses.get(id).to(state, time.instant()));
  }

  private void set(ModelStatus status) {
    statuses.put(status.id(), status);
    listener.changed(status);
  }
}
