package io.lynxeye.serving.management;

import io.lynxeye.serving.management.ManagementException.Kind;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.store.StoreEditor;
import io.lynxeye.serving.store.StoreWatcher;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs registrations: one import at a time, on a thread of its own, while models load. Remembers
 * running and failed imports until a restart, because nothing of them is in the store. Thread-safe.
 */
final class Imports {

  /**
   * A version that is being imported, or whose import failed.
   *
   * @param since when the import began or failed
   * @param failure the reason why it failed; empty while it runs
   */
  record Import(Registration registration, Instant since, Optional<String> failure) {

    ModelState state() {
      return failure.isPresent() ? ModelState.END : ModelState.START;
    }

    private boolean isFor(String name, OptionalLong version) {
      ModelId id = registration.id();
      return id.name().equals(name)
          && (version.isEmpty() || version.getAsLong() == id.version().value());
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Imports.class);

  private final ModelImportPort registrar;
  private final StoreWatcher watcher;
  private final StoreEditor editor;
  private final StoreChanges changes;
  private final Function<String, List<VersionView>> stored;
  private final InstantSource time;
  private final Map<ModelId, Import> imports = new ConcurrentHashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> new Thread(work, "imports"));

  Imports(
      ModelImportPort registrar,
      StoreWatcher watcher,
      StoreEditor editor,
      StoreChanges changes,
      Function<String, List<VersionView>> stored,
      InstantSource time) {
    this.registrar = registrar;
    this.watcher = watcher;
    this.editor = editor;
    this.changes = changes;
    this.stored = stored;
    this.time = time;
  }

  PendingRegistration begin(Registration registration) {
    if (!enter(registration)) {
      return PendingRegistration.refused(alreadyThere(registration));
    }
    CompletableFuture<Void> accepted =
        changes.scan().thenAccept(contents -> requireNew(registration));
    CompletableFuture<Void> done =
        accepted
            .thenRunAsync(() -> add(registration), thread)
            .thenCompose(added -> changes.scan())
            .whenComplete((seen, failure) -> arrived(registration, accepted, failure))
            .thenCompose(arrived -> changes.settled())
            .thenCompose(settled -> removeIfFailed(registration));
    return new PendingRegistration(accepted, done);
  }

  private void requireNew(Registration registration) {
    boolean isThere =
        stored.apply(registration.id().name()).stream()
            .anyMatch(view -> registration.isFirst() || isOf(view, registration.id()));
    if (isThere) {
      throw alreadyThere(registration);
    }
  }

  private void add(Registration registration) {
    changes.requireReadable(); // It may have vanished while other imports ran.
    try {
      ModelId id = registration.id();
      if (registration
          .workers()
          .isPresent()) { // First, so that the model never loads without them.
        String workers = Integer.toString(registration.workers().getAsInt());
        StoreChanges.make(
            ManagementException.unknown(id.name()),
            () -> editor.set(id.name(), Map.of("workers", Optional.of(workers))));
      }
      registrar.add(registration);
      watcher.complete(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ManagementException(Kind.NOT_READY, "the server is stopping");
    }
  }

  /** Remembers why an import failed, if no request waits for its result. */
  private void arrived(
      Registration registration, CompletableFuture<Void> accepted, Throwable failure) {
    boolean hasFailed = failure != null && !accepted.isCompletedExceptionally();
    if (hasFailed) {
      log.warn("{} is not registered: {}", registration.id(), reason(failure));
    }
    if (hasFailed && registration.isKeptOnFailure()) {
      Import failed = new Import(registration, time.instant(), Optional.of(reason(failure)));
      imports.put(registration.id(), failed);
    } else {
      imports.remove(registration.id());
    }
  }

  /** Removes a version that cannot be served, unless it is to be kept. */
  private CompletableFuture<Void> removeIfFailed(Registration registration) {
    ModelId id = registration.id();
    Optional<VersionView> view =
        stored.apply(id.name()).stream().filter(version -> isOf(version, id)).findFirst();
    if (view.isEmpty()) {
      throw new ManagementException(
          Kind.FAILED, "model " + id + " was removed from the store before it could be served");
    }
    if (view.get().reason().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    ManagementException failed =
        new ManagementException(
            Kind.FAILED, "model " + id + " cannot be served: " + view.get().reason().get());
    if (registration.isKeptOnFailure()) {
      return CompletableFuture.failedFuture(failed);
    }
    OptionalLong version = OptionalLong.of(id.version().value());
    return changes
        .apply(failed, () -> editor.remove(id.name(), version))
        .thenCompose(removed -> CompletableFuture.failedFuture(failed));
  }

  /** Replaces an earlier failure; false if the version is being imported already. */
  private synchronized boolean enter(Registration registration) {
    Import before = imports.get(registration.id());
    boolean isFree = before == null || before.failure().isPresent();
    if (isFree) {
      imports.put(registration.id(), new Import(registration, time.instant(), Optional.empty()));
    }
    return isFree;
  }

  /** All running and failed imports. */
  Collection<Import> all() {
    return imports.values();
  }

  boolean isRunning(String name, OptionalLong version) {
    return all().stream().anyMatch(one -> one.isFor(name, version) && one.failure().isEmpty());
  }

  /**
   * Forgets failed imports.
   *
   * @return whether there were any
   */
  boolean forgetFailures(String name, OptionalLong version) {
    return all().removeIf(one -> one.isFor(name, version) && one.failure().isPresent());
  }

  private static boolean isOf(VersionView view, ModelId id) {
    return view.version().equals(Optional.of(id.version()));
  }

  private static ManagementException alreadyThere(Registration registration) {
    return new ManagementException(
        Kind.CONFLICT, "Workflow " + registration.label() + " is already registered.");
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof ManagementException ? cause.getMessage() : cause.toString();
  }

  void close() {
    thread.shutdownNow();
  }
}
