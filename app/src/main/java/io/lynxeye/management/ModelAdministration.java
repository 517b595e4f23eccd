package io.lynxeye.management;

import io.lynxeye.lifecycle.ModelManager;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.management.ManagementException.Kind;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSettings;
import io.lynxeye.model.ModelState;
import io.lynxeye.store.StoreEditor;
import io.lynxeye.store.StoreWatcher;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * What an administrator can ask of a running server. Calls return at once; what they return is done
 * when what is served follows. Failures are {@link ManagementException}s. Thread-safe.
 */
public final class ModelAdministration implements AutoCloseable {

  private final Path store;
  private final StoreWatcher watcher;
  private final StoreEditor editor;
  private final ModelManager manager;
  private final ModelRegistry registry;
  private final Arrivals arrivals;
  private final StoreChanges changes;
  private final Imports imports;

  /**
   * @param store the folder that watcher and editor have
   * @param registrar brings models into the same store
   */
  public ModelAdministration(
      Path store,
      StoreWatcher watcher,
      StoreEditor editor,
      ModelManager manager,
      ModelRegistry registry,
      ModelRegistrar registrar,
      InstantSource time) {
    this.store = store;
    this.watcher = watcher;
    this.editor = editor;
    this.manager = manager;
    this.registry = registry;
    this.arrivals = new Arrivals(time);
    this.changes = new StoreChanges(watcher, manager);
    this.imports = new Imports(registrar, watcher, editor, changes, arrivals, this::stored);
  }

  /** Every model by name, of each every version; takes no look at the disk. */
  public NavigableMap<String, List<VersionView>> models() {
    return models(arrivals.all());
  }

  private NavigableMap<String, List<VersionView>> models(Collection<Arrivals.Arrival> alsoComing) {
    return ModelInventory.of(store, watcher.contents(), manager.statuses(), registry, alsoComing);
  }

  /** Those that have arrived. */
  private List<VersionView> stored(String name) {
    return models(List.of()).getOrDefault(name, List.of());
  }

  /** The versions of a model; none where there is no such model. */
  public List<VersionView> versions(String name) {
    return models().getOrDefault(name, List.of());
  }

  /** Brings a version into the store and serves it, so that it is there after a restart too. */
  public Registering register(Registration registration) {
    Optional<ManagementException> refusal =
        registration.workers().stream().boxed().findFirst().flatMap(ModelAdministration::refusal);
    if (refusal.isPresent()) {
      return Registering.refused(refusal.get());
    }
    return imports.begin(registration);
  }

  /**
   * Changes how many engine calls of a model may run at once, for all of its versions. Refused at
   * once where it is refused.
   *
   * @param version must exist, if it is named
   * @param workers 1 to {@link ModelSettings#MAX_WORKERS}
   */
  public CompletableFuture<Void> scale(String name, OptionalInt version, int workers) {
    if (refusal(workers).isPresent()) {
      return refused(refusal(workers).get());
    }
    List<VersionView> found = meant(name, version);
    if (found.isEmpty()) {
      return refused(ManagementException.unknown(label(name, version)));
    }
    return found.stream().anyMatch(view -> view.state() == ModelState.AVAILABLE)
        ? set(name, "workers", Integer.toString(workers))
        : refused(Kind.NOT_READY, "Model or workflow is not ready: " + name);
  }

  private static Optional<ManagementException> refusal(int workers) {
    return workers >= 1 && workers <= ModelSettings.MAX_WORKERS
        ? Optional.empty()
        : Optional.of(
            new ManagementException(
                Kind.INVALID,
                "workers are 1 to %d; to have none, unload the model"
                    .formatted(ModelSettings.MAX_WORKERS)));
  }

  /** Moves a model, or one of its versions, out of the store; done when it is drained. */
  public CompletableFuture<Void> unregister(String name, OptionalInt version) {
    if (arrivals.isUnderWay(name, version)) {
      return refused(Kind.CONFLICT, "model " + name + " is just being registered; wait for it");
    }
    return known(name, version)
        .thenCompose(
            found -> {
              boolean wasAttempt = arrivals.forget(name, version);
              return changes.apply(
                  ManagementException.unknown(label(name, version)),
                  () -> remove(name, version, wasAttempt));
            });
  }

  /** What never got into the store need not be there. */
  private void remove(String name, OptionalInt version, boolean wasAttempt) throws IOException {
    try {
      editor.remove(name, version);
    } catch (NoSuchFileException e) {
      if (!wasAttempt) {
        throw e;
      }
    }
  }

  /** Enables a model and tries again what failed; fails if anything of it cannot be loaded. */
  public CompletableFuture<Void> load(String name) {
    return known(name, OptionalInt.empty())
        .thenCompose(found -> isEnabled(name) ? changes.settled() : set(name, "enabled", "true"))
        .thenCompose(enabled -> manager.retry(name))
        .thenAccept(tried -> requireLoaded(name));
  }

  /** Disables a model; done when it is drained. It stays in the store. */
  public CompletableFuture<Void> unload(String name) {
    return known(name, OptionalInt.empty()).thenCompose(found -> set(name, "enabled", "false"));
  }

  private CompletableFuture<Void> set(String name, String key, String value) {
    return changes.apply(
        ManagementException.unknown(name), () -> editor.set(name, Map.of(key, Optional.of(value))));
  }

  private boolean isEnabled(String name) {
    return watcher.contents().models().stream()
        .filter(model -> model.name().equals(name))
        .allMatch(model -> model.settings().enabled());
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
      throw new ManagementException(Kind.FAILED, "its settings ask for no version that it has");
    }
  }

  /** The versions meant, after a fresh look into the store. */
  private CompletableFuture<List<VersionView>> known(String name, OptionalInt version) {
    if (!ModelId.isName(name)) { // Else it could be a path that leads elsewhere.
      return refused(ManagementException.unknown(label(name, version)));
    }
    return changes
        .look()
        .thenApply(
            contents -> {
              List<VersionView> found = meant(name, version);
              if (found.isEmpty()) {
                throw ManagementException.unknown(label(name, version));
              }
              return found;
            });
  }

  private List<VersionView> meant(String name, OptionalInt version) {
    return versions(name).stream()
        .filter(view -> version.isEmpty() || view.version().equals(version))
        .toList();
  }

  private static String label(String name, OptionalInt version) {
    return version.isPresent() ? name + "/" + version.getAsInt() : name;
  }

  private static <T> CompletableFuture<T> refused(Kind kind, String message) {
    return refused(new ManagementException(kind, message));
  }

  private static <T> CompletableFuture<T> refused(ManagementException refusal) {
    return CompletableFuture.failedFuture(refusal);
  }

  /** Interrupts an import; what it had begun leaves no trace in the store. */
  @Override
  public void close() {
    imports.close();
    changes.close();
  }
}
