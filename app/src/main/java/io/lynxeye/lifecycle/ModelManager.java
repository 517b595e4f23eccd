package io.lynxeye.lifecycle;

import io.lynxeye.batching.BatchPolicy;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelSource;
import io.lynxeye.model.ModelState;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what is served equal to what is wanted: loads, warms up, puts into the registry, takes out,
 * drains, unloads. All of it happens on one thread of its own, so none of it needs a lock.
 */
public final class ModelManager {

  private static final Logger log = LoggerFactory.getLogger(ModelManager.class);

  private final ModelOpener opener;
  private final ModelRegistry registry;
  private final Duration drainTimeout;
  private final ModelListener listener;
  private final InstantSource time;
  private final Map<ModelId, VersionState> versions = new ConcurrentSkipListMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "model-manager"));
  private volatile Collection<StoredModel> found = List.of();
  private Labels labels = Labels.NONE;
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
    this.opener = new ModelOpener(loader, defaults, listener, clock);
    this.registry = registry;
    this.drainTimeout = drainTimeout;
    this.listener = listener;
    this.time = time;
  }

  /**
   * Serves, of each model, the versions its settings ask for, and nothing else. A version that
   * fails to load ends as failed in {@link #statuses()}; it harms no other. The newest wish counts,
   * also for work that an earlier one began.
   *
   * @return done when nothing is left to do; at once after a {@link #stop}
   */
  public synchronized CompletableFuture<Void> reconcile(Collection<StoredModel> models) {
    found = stopped == null ? List.copyOf(models) : found;
    return settleAfter(() -> {});
  }

  /** Tries the versions of a model again that failed, although their files are the same. */
  public CompletableFuture<Void> retry(String name) {
    return settleAfter(
        () ->
            versions.replaceAll(
                (id, version) -> id.name().equals(name) ? version.withoutFailure() : version));
  }

  /** Done when nothing is left to do of all that was asked for until now. */
  public CompletableFuture<Void> settled() {
    return settleAfter(() -> {});
  }

  private synchronized CompletableFuture<Void> settleAfter(Runnable change) {
    if (stopped != null) {
      return stopped;
    }
    return CompletableFuture.runAsync(
        () -> {
          try {
            change.run();
            settle();
          } catch (RuntimeException | Error e) { // A defect, or no memory.
            log.error("the models do not follow the store; the next change tries again", e);
            throw e;
          }
        },
        thread);
  }

  /** Every version that serves, is on its way, failed, or waits in the store after it served. */
  public List<ModelStatus> statuses() {
    return versions.values().stream().map(VersionState::status).toList();
  }

  /** Where the files lie that answer requests, also those that the store has replaced since. */
  public Set<Path> foldersInUse() {
    return versions.values().stream()
        .flatMap(version -> version.serving().stream())
        .map(ModelSource::folder)
        .collect(Collectors.toSet());
  }

  /** Unloads everything, newest wish included, and ends the thread. Idempotent. */
  public synchronized CompletableFuture<Void> stop() {
    if (stopped == null) {
      stopped = reconcile(List.of());
      thread.shutdown();
    }
    return stopped;
  }

  private void settle() {
    Optional<VersionPolicy.Action> action = next();
    while (action.isPresent()) {
      if (action.get() instanceof VersionPolicy.Load load) {
        load(load.source(), load.model().settings());
      } else if (action.get() instanceof VersionPolicy.Unload unload) {
        unload(unload.id());
      }
      action = next();
    }
    // What neither serves nor is in the store is forgotten: with many versions it would add up.
    versions.values().removeIf(version -> !version.isServing() && !isFound(version.id()));
  }

  /** Whether the store still has it just so. */
  private boolean isWanted(ModelSource source) {
    return found.stream().anyMatch(model -> model.sources().contains(source));
  }

  private boolean isFound(ModelId id) {
    return found.stream()
        .flatMap(model -> model.sources().stream())
        .anyMatch(source -> source.id().equals(id));
  }

  /** Lets labels and workers follow, which take no time, then says what does. */
  private Optional<VersionPolicy.Action> next() {
    Collection<StoredModel> now = found;
    labels = labels.next(now, this::isServing);
    registry.label(labels.versions());
    registry.expect(policy(now).missing());
    now.forEach(this::scale);
    return policy(now).next();
  }

  private VersionPolicy policy(Collection<StoredModel> now) {
    return new VersionPolicy(now, versions.values(), labels);
  }

  private boolean isServing(ModelId id) {
    return versions.containsKey(id) && versions.get(id).isServing();
  }

  private void scale(StoredModel model) {
    for (ServedModel served : registry.all()) {
      if (served.id().name().equals(model.name())) {
        ModelSource source = versions.get(served.id()).serving().orElseThrow();
        int workers = opener.workers(source, model.settings(), served.tuning());
        if (workers != served.workers()) {
          log.info("{}: {} workers instead of {}", served.id(), workers, served.workers());
          served.scale(workers);
        }
      }
    }
  }

  private void load(ModelSource source, ModelSettings settings) {
    ModelId id = source.id();
    begin(id);
    try {
      ServedModel opened = opener.open(source, settings, () -> isWanted(source));
      Optional<ServedModel> replaced = registry.put(opened);
      ModelStatus status = versions.get(id).status();
      Instant now = time.instant();
      status = replaced.isPresent() ? status.reloaded(now) : status.to(ModelState.AVAILABLE, now);
      set(new VersionState(status, Optional.of(source), Optional.empty()));
      replaced.ifPresent(this::drain);
    } catch (ModelLoadException e) {
      log.debug("{} cannot be served", id, e);
      fail(source, e.getMessage());
    } catch (RuntimeException | Error e) { // A defect, or no memory: the other models go on.
      log.error("{} failed to load", id, e);
      fail(source, "it failed to load; the server's log tells why");
    }
  }

  /** A version that serves stays available while its changed files are loaded. */
  private void begin(ModelId id) {
    if (isServing(id)) {
      listener.reloading(id);
      return;
    }
    ModelStatus start = ModelStatus.start(id, time.instant());
    set(new VersionState(start, Optional.empty(), Optional.empty()));
    set(versions.get(id).with(start.to(ModelState.LOADING, time.instant())));
  }

  private void fail(ModelSource source, String reason) {
    VersionState before = versions.get(source.id());
    ModelStatus failed = before.status().failed(reason, time.instant());
    set(new VersionState(failed, before.serving(), Optional.of(source)));
  }

  private void unload(ModelId id) {
    VersionState before = versions.get(id);
    Optional<ServedModel> model = registry.remove(id);
    ModelStatus unloading = before.status().to(ModelState.UNLOADING, time.instant());
    set(new VersionState(unloading, Optional.empty(), before.failed()));
    model.ifPresent(this::drain);
    set(versions.get(id).with(unloading.to(ModelState.END, time.instant())));
  }

  private void drain(ServedModel model) {
    try {
      if (!model.drainAndClose(drainTimeout)) {
        log.warn("{} stays in memory: a call into its engine has not ended", model.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // The other models go on all the same.
      log.error("{} could not be freed", model.id(), e);
    }
  }

  private void set(VersionState version) {
    versions.put(version.id(), version);
    listener.changed(version.status());
  }
}
