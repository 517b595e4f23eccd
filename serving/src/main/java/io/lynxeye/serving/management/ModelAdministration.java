package io.lynxeye.serving.management;

import io.lynxeye.serving.lifecycle.ModelManager;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.management.ManagementException.Kind;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.rollout.Feedback;
import io.lynxeye.serving.rollout.RolloutConflictException;
import io.lynxeye.serving.rollout.RolloutStatus;
import io.lynxeye.serving.rollout.Rollouts;
import io.lynxeye.serving.rollout.watch.Drifts;
import io.lynxeye.serving.store.StoreEditor;
import io.lynxeye.serving.store.StoreWatcher;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The management operations of a running server. Calls return at once; the returned future
 * completes when the models served match, or fails with a {@link ManagementException}. Thread-safe.
 */
public final class ModelAdministration implements AutoCloseable {

  private final Path store;
  private final StoreWatcher watcher;
  private final StoreEditor editor;
  private final ModelManager manager;
  private final ModelRegistry registry;
  private final StoreChanges changes;
  private final Imports imports;
  private final Rollouts rollouts;
  private final Drifts drifts;

  /**
   * @param store the folder of watcher and editor
   * @param registrar imports models into the same store
   * @param rollouts those of the manager
   * @param drifts those of the manager
   */
  public ModelAdministration(
      Path store,
      StoreWatcher watcher,
      StoreEditor editor,
      ModelManager manager,
      ModelRegistry registry,
      ModelImportPort registrar,
      Rollouts rollouts,
      Drifts drifts,
      InstantSource time) {
    this.store = store;
    this.watcher = watcher;
    this.editor = editor;
    this.manager = manager;
    this.registry = registry;
    this.rollouts = rollouts;
    this.drifts = drifts;
    this.changes = new StoreChanges(watcher, manager);
    this.imports = new Imports(registrar, watcher, editor, changes, this::stored, time);
  }

  /** Every model by name with its versions; does not scan the disk. */
  public NavigableMap<String, List<VersionView>> models() {
    return models(imports.all());
  }

  private NavigableMap<String, List<VersionView>> models(Collection<Imports.Import> withImports) {
    return ModelInventory.of(store, watcher.contents(), manager.statuses(), registry, withImports);
  }

  /** The versions in the store, without running imports. */
  private List<VersionView> stored(String name) {
    return models(List.of()).getOrDefault(name, List.of());
  }

  /** The versions of a model; empty if there is no such model. */
  public List<VersionView> versions(String name) {
    return models().getOrDefault(name, List.of());
  }

  /** Imports a version into the store, where it survives a restart, and serves it. */
  public PendingRegistration register(Registration registration) {
    return isValidCount(registration.workers().orElse(1))
        ? imports.begin(registration)
        : PendingRegistration.refused(invalidCount());
  }

  /**
   * Changes the number of concurrent inference calls for all versions of a model. A refusal is
   * returned as a future that has failed already.
   *
   * @param version must exist, if present
   * @param workers 1 to {@link ModelSettings#MAX_WORKERS}
   */
  public CompletableFuture<Void> scale(String name, OptionalLong version, int workers) {
    if (!isValidCount(workers)) {
      return refused(invalidCount());
    }
    List<VersionView> found = versions(name, version);
    if (found.isEmpty()) {
      return refused(ManagementException.unknown(label(name, version)));
    }
    return found.stream().anyMatch(view -> view.state() == ModelState.AVAILABLE)
        ? set(name, "workers", Integer.toString(workers))
        : refused(
            registry.isExpected(name) ? Kind.NOT_READY : Kind.UNAVAILABLE,
            "Model or workflow is not ready: " + name);
  }

  private static boolean isValidCount(int workers) {
    return workers >= 1 && workers <= ModelSettings.MAX_WORKERS;
  }

  private static ManagementException invalidCount() {
    return new ManagementException(
        Kind.INVALID,
        "the number of workers must be 1 to %d; for 0, unload the model"
            .formatted(ModelSettings.MAX_WORKERS));
  }

  /** Moves a model, or one of its versions, out of the store; completes when it is drained. */
  public CompletableFuture<Void> unregister(String name, OptionalLong version) {
    if (imports.isRunning(name, version)) {
      return refused(
          Kind.CONFLICT, "model " + name + " is being registered; try again when that is done");
    }
    return requireKnown(name, version)
        .thenCompose(
            known -> {
              boolean hadFailed = imports.forgetFailures(name, version);
              return changes.apply(
                  ManagementException.unknown(label(name, version)),
                  () -> remove(name, version, hadFailed));
            });
  }

  /** A version whose import failed need not be in the store. */
  private void remove(String name, OptionalLong version, boolean hadFailed) throws IOException {
    try {
      editor.remove(name, version);
    } catch (NoSuchFileException e) {
      if (!hadFailed) {
        throw e;
      }
    }
  }

  /** Enables a model and retries failed loads; fails if one of its versions cannot be loaded. */
  public CompletableFuture<Void> load(String name) {
    return requireKnown(name, OptionalLong.empty())
        .thenCompose(known -> isEnabled(name) ? changes.settled() : set(name, "enabled", "true"))
        .thenCompose(enabled -> manager.retry(name))
        .thenAccept(tried -> requireLoaded(name));
  }

  /** Disables a model, which stays in the store; completes when it is drained. */
  public CompletableFuture<Void> unload(String name) {
    return requireKnown(name, OptionalLong.empty())
        .thenCompose(known -> set(name, "enabled", "false"));
  }

  /** What an operator can decide about a rollout. */
  public enum RolloutStep {
    PROMOTE,
    STOP,
    ROLLBACK
  }

  /** The rollout of a model; see {@link RolloutStatus#facts}. */
  public CompletableFuture<Map<String, Object>> rollout(String name) {
    return versions(name).isEmpty()
        ? refused(ManagementException.unknown(name))
        : CompletableFuture.completedFuture(rolloutNow(name));
  }

  /** An image that is kept because the versions of a model disagree on it. */
  public CompletableFuture<byte[]> rolloutImage(String name, String digest) {
    if (versions(name).isEmpty()) {
      return refused(ManagementException.unknown(name));
    }
    return rollouts
        .image(name, digest)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                refused(
                    new ManagementException(
                        Kind.UNKNOWN,
                        "no image of "
                            + name
                            + " with this digest is kept: set rollout.keep_images=true, and take a"
                            + " digest that rollout status shows with an image")));
  }

  /** With the versions that would be tried if they could be loaded. */
  private Map<String, Object> rolloutNow(String name) {
    Map<String, Object> facts = new LinkedHashMap<>(rollouts.status(name).facts());
    List<Map<String, Object>> failed = new ArrayList<>();
    for (VersionView view : versions(name)) {
      if (view.isFailed() && view.version().isPresent()) {
        failed.add(
            Map.of("version", view.version().get().toString(), "why", view.reason().orElseThrow()));
      }
    }
    facts.put("failed", failed);
    return facts;
  }

  /** Carries out an operator's decision; completes when the models served match it. */
  public CompletableFuture<Map<String, Object>> decide(String name, RolloutStep step) {
    ManagementException unknown = ManagementException.unknown(name);
    return requireKnown(name, OptionalLong.empty())
        .thenCompose(known -> changes.apply(unknown, () -> decideNow(name, step)))
        .thenApply(done -> rolloutNow(name));
  }

  private void decideNow(String name, RolloutStep step) throws IOException {
    try {
      switch (step) {
        case PROMOTE -> rollouts.promote(name);
        case STOP -> rollouts.stop(name);
        case ROLLBACK -> rollouts.rollBack(name);
      }
    } catch (RolloutConflictException e) {
      throw new ManagementException(Kind.CONFLICT, e.getMessage());
    }
  }

  /**
   * Counts the true classes of images that the versions of a trial have scored. Blocks while a
   * decision is being written.
   *
   * @throws ManagementException if there is no such model, or it has no version on trial
   * @throws InvalidInputException if a label is of neither version; then none is counted
   */
  public Feedback.Receipt feedback(String name, List<Feedback> labels)
      throws InvalidInputException {
    if (versions(name).isEmpty()) {
      throw ManagementException.unknown(name);
    }
    try {
      return rollouts.feedback(name, labels);
    } catch (RolloutConflictException e) {
      throw new ManagementException(Kind.CONFLICT, e.getMessage());
    }
  }

  /**
   * Changes how new versions of a model are tried.
   *
   * @param settings values of {@code rollout} and the keys that begin with {@code rollout.}; an
   *     empty value removes the operator's own
   */
  public CompletableFuture<Map<String, Object>> setRollout(
      String name, Map<String, Optional<String>> settings) {
    ManagementException unknown = ManagementException.unknown(name);
    return requireKnown(name, OptionalLong.empty())
        .thenCompose(known -> changes.apply(unknown, () -> editor.set(name, settings)))
        .thenApply(done -> rolloutNow(name));
  }

  /** The drift of a model's inputs; see {@link Drifts#facts}. */
  public CompletableFuture<Map<String, Object>> drift(String name) {
    return versions(name).isEmpty()
        ? refused(ManagementException.unknown(name))
        : CompletableFuture.completedFuture(drifts.facts(name));
  }

  /** Lets the next answers of a model's serving version make a new baseline. */
  public CompletableFuture<Map<String, Object>> forgetBaseline(String name) {
    ManagementException unknown = ManagementException.unknown(name);
    return requireKnown(name, OptionalLong.empty())
        .thenCompose(known -> changes.apply(unknown, () -> forgetNow(name)))
        .thenApply(done -> drifts.facts(name));
  }

  private void forgetNow(String name) throws IOException {
    if (!drifts.forgetBaseline(name)) {
      throw new ManagementException(
          Kind.CONFLICT, name + " is not watched for drift; set drift=on in its settings");
    }
  }

  private CompletableFuture<Void> set(String name, String key, String value) {
    return changes.apply(
        ManagementException.unknown(name), () -> editor.set(name, Map.of(key, Optional.of(value))));
  }

  private boolean isEnabled(String name) {
    return watcher.contents().model(name).stream().allMatch(model -> model.settings().enabled());
  }

  private void requireLoaded(String name) {
    List<VersionView> versions = versions(name);
    boolean serves = versions.stream().anyMatch(view -> view.served().isPresent());
    String reasons =
        versions.stream()
            .filter(view -> view.reason().isPresent())
            .filter(view -> !serves || view.source().isPresent() || view.served().isPresent())
            .map(view -> view.place() + ": " + view.reason().orElseThrow())
            .collect(Collectors.joining("; "));
    if (!reasons.isEmpty()) {
      throw new ManagementException(Kind.FAILED, reasons);
    }
    if (!serves) {
      throw new ManagementException(Kind.FAILED, "its settings select none of its versions");
    }
  }

  /** Scans the store; fails if there is no matching version then. */
  private CompletableFuture<Void> requireKnown(String name, OptionalLong version) {
    ManagementException unknown = ManagementException.unknown(label(name, version));
    if (!ModelId.isName(name)) { // Else it could be a path that leads elsewhere.
      return refused(unknown);
    }
    return changes
        .scan()
        .thenAccept(
            contents -> {
              if (versions(name, version).isEmpty()) {
                throw unknown;
              }
            });
  }

  private List<VersionView> versions(String name, OptionalLong version) {
    return versions(name).stream()
        .filter(view -> version.isEmpty() || view.isVersion(version.getAsLong()))
        .toList();
  }

  private static String label(String name, OptionalLong version) {
    return version.isPresent() ? name + "/" + version.getAsLong() : name;
  }

  private static <T> CompletableFuture<T> refused(Kind kind, String message) {
    return refused(new ManagementException(kind, message));
  }

  private static <T> CompletableFuture<T> refused(ManagementException refusal) {
    return CompletableFuture.failedFuture(refusal);
  }

  /** Interrupts a running import, which leaves no trace in the store. */
  @Override
  public void close() {
    imports.close();
    changes.close();
  }
}
