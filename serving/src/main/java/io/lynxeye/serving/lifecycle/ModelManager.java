package io.lynxeye.serving.lifecycle;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.manifest.RolloutRule;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the served versions to the desired state: loads and warms them up, adds them to the
 * registry, removes, drains and unloads them. All of this happens on one thread of its own, without
 * locks.
 */
public final class ModelManager {

  private static final Logger log = LoggerFactory.getLogger(ModelManager.class);

  private final ModelActivator activator;
  private final ModelRegistry registry;
  private final Duration drainTimeout;
  private final ModelListener listener;
  private final InstantSource time;
  private final Trials trials;
  private final Map<ModelId, VersionState> versions = new ConcurrentSkipListMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "model-manager"));
  private volatile Collection<StoredModel> found = List.of();
  private volatile Instant foundAt = Instant.EPOCH;
  private volatile Labels labels = Labels.NONE;
  private volatile Map<String, Decisions> decisions = Map.of();
  private CompletableFuture<Void> stopped;

  /**
   * @param defaults the batching policy for what a manifest leaves open
   * @param drainTimeout time for an unloaded version to finish its accepted jobs
   * @param trials tries new versions of the models whose settings ask for it
   */
  public ModelManager(
      ModelLoader loader,
      ModelRegistry registry,
      BatchPolicy defaults,
      Duration drainTimeout,
      ModelListener listener,
      NanoClock clock,
      InstantSource time,
      Trials trials) {
    this.activator = new ModelActivator(loader, defaults, listener, clock);
    this.registry = registry;
    this.drainTimeout = drainTimeout;
    this.listener = listener;
    this.time = time;
    this.trials = trials;
  }

  /**
   * Serves the versions that the settings of each model select, and no others. A version that fails
   * to load is reported as failed by {@link #statuses()} and does not affect others. The newest
   * desired state counts, even for work in progress.
   *
   * @return completes when the state is reached; at once after a {@link #stop}
   */
  public synchronized CompletableFuture<Void> reconcile(Collection<StoredModel> models) {
    found = stopped == null ? List.copyOf(models) : found;
    foundAt = time.instant();
    return settleAfter(() -> {});
  }

  /** Tries to load the failed versions of a model again although their files have not changed. */
  public CompletableFuture<Void> retry(String name) {
    return settleAfter(
        () ->
            versions.replaceAll(
                (id, version) -> id.name().equals(name) ? version.withoutFailure() : version));
  }

  /** Completes when everything requested so far is done. */
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
            log.error(
                "failed to update the served models; the next change of the store tries again", e);
            throw e;
          }
        },
        thread);
  }

  /**
   * Every version that serves, loads or waits to be loaded, has failed, or is in the store after it
   * was unloaded.
   */
  public List<ModelStatus> statuses() {
    Map<ModelId, ModelStatus> all = new TreeMap<>();
    for (ModelId waiting : policy(found).waiting()) {
      ModelStatus start = ModelStatus.start(waiting, foundAt);
      all.put(waiting, start.to(ModelState.LOADING, foundAt));
    }
    versions.values().forEach(version -> all.put(version.id(), version.status()));
    return List.copyOf(all.values());
  }

  /** The folders of the versions that serve, including those that the store has replaced since. */
  public Set<Path> foldersInUse() {
    return versions.values().stream()
        .flatMap(version -> version.serving().stream())
        .map(ModelSource::folder)
        .collect(Collectors.toSet());
  }

  /** Unloads everything and ends the thread. Idempotent. */
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
    // Otherwise versions that neither serve nor are in the store would add up over time.
    versions.values().removeIf(version -> !version.isServing() && !isFound(version.id()));
  }

  /** Whether the store still has these files unchanged. */
  private boolean isCurrent(ModelSource source) {
    return found.stream().anyMatch(model -> model.sources().contains(source));
  }

  private boolean isFound(ModelId id) {
    return found.stream()
        .flatMap(model -> model.sources().stream())
        .anyMatch(source -> source.id().equals(id));
  }

  /**
   * Updates labels, roles and workers, which takes no time, then returns the next load or unload.
   */
  private Optional<VersionPolicy.Action> next() {
    Collection<StoredModel> now = found;
    decisions = decided(now);
    labels = labels.next(now, this::isServing);
    VersionPolicy policy = policy(now);
    registry.assign(labels.versions(), ceilings(now, policy), canaries(now, policy));
    registry.absent(policy.absences());
    trials.retain(now.stream().map(StoredModel::name).collect(Collectors.toSet()));
    now.forEach(model -> assign(model, policy.roles(model)));
    now.forEach(this::scale);
    boolean isDecided = decisions.equals(decided(now)); // Not if what serves was recorded just now.
    return isDecided ? policy.next() : next();
  }

  private Map<String, Decisions> decided(Collection<StoredModel> now) {
    Map<String, Decisions> decided = new TreeMap<>();
    now.stream()
        .filter(model -> model.settings().rollout().isPresent())
        .forEach(model -> decided.put(model.name(), trials.decisions(model)));
    return decided;
  }

  private static Map<String, Long> ceilings(Collection<StoredModel> now, VersionPolicy policy) {
    Map<String, Long> ceilings = new TreeMap<>();
    for (StoredModel model : now) {
      policy
          .roles(model)
          .flatMap(Roles::serving)
          .ifPresent(serving -> ceilings.put(model.name(), serving.id().version().value()));
    }
    return ceilings;
  }

  private static Map<String, Canary> canaries(Collection<StoredModel> now, VersionPolicy policy) {
    Map<String, Canary> canaries = new TreeMap<>();
    for (StoredModel model : now) {
      Optional<RolloutRule> rule =
          model.settings().rollout().filter(it -> it.mode() == RolloutRule.Mode.CANARY);
      Optional<ModelSource> candidate = policy.roles(model).flatMap(Roles::candidate);
      if (rule.isPresent() && candidate.isPresent()) {
        canaries.put(model.name(), new Canary(candidate.get().id(), rule.get()));
      }
    }
    return canaries;
  }

  /** Publishes the roles of a model's versions as their states, and reports them. */
  private void assign(StoredModel model, Optional<Roles> roles) {
    for (ModelSource source : model.sources()) {
      if (isServing(source.id())) {
        markLoaded(versions.get(source.id()), source, model, roles);
      } else {
        markUnloaded(source, roles.flatMap(all -> all.whyStopped(source)));
      }
    }
    trials.assigned(
        model,
        roles.isPresent() ? roles.get().serving().flatMap(this::loaded) : newest(model.name()),
        roles.flatMap(Roles::candidate).flatMap(this::loaded));
  }

  /** One that is neither tried nor may serve is about to be unloaded. */
  private void markLoaded(
      VersionState version, ModelSource source, StoredModel model, Optional<Roles> roles) {
    ModelState wanted = stateOf(source, model, roles);
    boolean hasRole = wanted.isOnTrial() || roles.map(all -> all.mayServe(source)).orElse(true);
    if (hasRole && version.status().state() != wanted) {
      set(version.with(version.status().to(wanted, time.instant())));
    }
  }

  private static ModelState stateOf(ModelSource source, StoredModel model, Optional<Roles> roles) {
    return roles
        .flatMap(Roles::candidate)
        .filter(source::equals)
        .flatMap(candidate -> model.settings().rollout())
        .map(rule -> ModelState.valueOf(rule.mode().name()))
        .orElse(ModelState.AVAILABLE);
  }

  private void markUnloaded(ModelSource source, Optional<String> whyStopped) {
    Instant now = time.instant();
    ModelStatus status =
        versions.containsKey(source.id())
            ? versions.get(source.id()).status()
            : ModelStatus.start(source.id(), now);
    boolean isStopped = status.state() == ModelState.STOPPED;
    if (whyStopped.isPresent() && !isStopped) {
      ModelStatus stopped = status.stopped(whyStopped.get(), now);
      set(new VersionState(stopped, Optional.empty(), Optional.empty()));
    } else if (whyStopped.isEmpty() && isStopped) {
      versions.remove(source.id());
    }
  }

  /** The version of a model without a rollout that answers requests. */
  private Optional<Trials.Loaded> newest(String model) {
    return registry
        .find(model, VersionChoice.newest())
        .map(found -> new Trials.Loaded(versions.get(found.id()).serving().orElseThrow(), found));
  }

  private Optional<Trials.Loaded> loaded(ModelSource source) {
    return registry
        .find(source.id().name(), new VersionChoice.Exactly(source.id().version().value()))
        .filter(model -> versions.get(source.id()).isServing(source))
        .map(model -> new Trials.Loaded(source, model));
  }

  private VersionPolicy policy(Collection<StoredModel> now) {
    return new VersionPolicy(now, versions.values(), labels, decisions);
  }

  private boolean isServing(ModelId id) {
    return versions.containsKey(id) && versions.get(id).isServing();
  }

  private void scale(StoredModel model) {
    for (ServedModel served : registry.all()) {
      if (served.id().name().equals(model.name())) {
        ModelSource source = versions.get(served.id()).serving().orElseThrow();
        int workers = activator.workers(source, model.settings(), served.tuning());
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
      ServedModel opened = activator.activate(source, settings, () -> isCurrent(source));
      Optional<ServedModel> replaced = registry.put(opened);
      ModelStatus status = versions.get(id).status();
      Instant now = time.instant();
      status = replaced.isPresent() ? status.reloaded(now) : status.to(loadedAs(source), now);
      set(new VersionState(status, Optional.of(source), Optional.empty()));
      replaced.ifPresent(this::drain);
    } catch (ModelLoadException e) {
      log.debug("{} cannot be served", id, e);
      fail(source, e.getMessage());
    } catch (RuntimeException | Error e) { // A defect, or no memory: other models are not affected.
      log.error("{} failed to load", id, e);
      fail(source, "it failed to load; the server's log has the cause");
    }
  }

  /** A version on trial never counts as available, not even for a moment. */
  private ModelState loadedAs(ModelSource source) {
    Collection<StoredModel> now = found;
    VersionPolicy policy = policy(now);
    return now.stream()
        .map(model -> stateOf(source, model, policy.roles(model)))
        .filter(ModelState::isOnTrial)
        .findFirst()
        .orElse(ModelState.AVAILABLE);
  }

  /** A version that serves stays available while its changed files are being loaded. */
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
        log.warn("{} stays in memory: an inference call has not ended", model.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // Other models are not affected.
      log.error("{} could not be freed", model.id(), e);
    }
  }

  private void set(VersionState version) {
    versions.put(version.id(), version);
    listener.changed(version.status());
  }
}
