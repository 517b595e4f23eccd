package io.lynxeye.serving.store;

import io.lynxeye.serving.liveness.SteadyThread;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scans the store at an interval, on a thread of its own, and reports changes to a listener.
 *
 * <p>A new entry is reported when three scans in a row saw it unchanged; the first scan also takes
 * what has not changed for as long as that. While an entry changes or cannot be read, its last
 * complete state stays. A missing entry is reported as gone when a second scan misses it too. All
 * methods are thread-safe.
 */
public final class StoreWatcher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StoreWatcher.class);

  private static final int SCANS_UNTIL_STABLE = 3;

  /** Scheduled scans from a change until the cache is cleared, so that running loads can end. */
  private static final int SCANS_UNTIL_CLEARING = 30;

  private final ModelStore store;
  private final Duration interval;
  private final Supplier<Set<Path>> inUse;
  private final InstantSource time;
  private final Consumer<ModelStore.Contents> listener;
  private final StoreReader reader;
  private final Disappearances disappearances;
  private final Set<Path> complete = new HashSet<>();
  private final SteadyThread thread =
      new SteadyThread("store-watcher", failure -> log.error("scanning the store failed", failure));
  private volatile ModelStore.Contents contents = ModelStore.Contents.EMPTY;
  private volatile boolean closed;
  private StabilityTracker tracker = StabilityTracker.after(SCANS_UNTIL_STABLE);
  private boolean isReported;
  private int scans;
  private int scansUntilClearing = SCANS_UNTIL_CLEARING;

  /**
   * Creates a watcher that is not started.
   *
   * @param interval from the end of one scan to the start of the next
   * @param inUse the folders that versions are served from, which are never cleared from the cache
   * @param time compared with the times of files
   * @param listener called on the watcher's thread when the contents have changed; for the first
   *     time when they have settled: at once if nothing has changed lately, else after the third
   *     scan
   */
  public StoreWatcher(
      ModelStore store,
      Duration interval,
      Supplier<Set<Path>> inUse,
      InstantSource time,
      Consumer<ModelStore.Contents> listener) {
    this.store = store;
    this.reader = store.reader();
    this.disappearances = new Disappearances(store.folder());
    this.interval = interval;
    this.inUse = inUse;
    this.time = time;
    this.listener = listener;
  }

  /** Starts the scheduled scans. */
  public void start() {
    thread.repeat(Duration.ZERO, interval, this::scanInTurn);
  }

  /** Whether the scans go on; also true before they start and after {@link #close}. */
  public boolean isAlive() {
    return thread.isAlive();
  }

  /**
   * Scans now instead of at the end of the interval.
   *
   * @return the contents, once the listener has been called
   */
  public CompletableFuture<ModelStore.Contents> lookNow() {
    try {
      return CompletableFuture.supplyAsync(this::scanOnRequest, thread);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(contents); // The watcher is closed.
    }
  }

  /**
   * Announces a version that was moved in as a complete folder, so that the next scan takes it
   * without waiting whether it changes.
   */
  public void complete(ModelId id) {
    synchronized (complete) {
      complete.addAll(store.paths(id.name(), id.version()));
    }
  }

  /** What the last scan found; empty before the first. */
  public ModelStore.Contents contents() {
    return contents;
  }

  /** Why the last scan could not read the store as a whole; empty if it could. */
  public Optional<String> unreadable() {
    return contents.unusable().stream()
        .filter(problem -> problem.path().equals(store.folder()))
        .map(ModelStore.Unusable::reason)
        .findFirst();
  }

  /** Stops the scans; the listener is not called any more. */
  @Override
  public void close() {
    closed = true;
    thread.close();
  }

  /** The scan at the end of the interval. On the watcher's thread, or a test's. */
  ModelStore.Contents scanInTurn() {
    scans++;
    ModelStore.Contents before = contents;
    report(disappearances.keepMissing(before, scan(before, true)));
    clearCacheWhenDue();
    return contents;
  }

  /**
   * A scan outside the interval: a missing entry is gone at once, but an unchanged entry does not
   * count as more complete.
   */
  ModelStore.Contents scanOnRequest() {
    disappearances.forget();
    report(scan(contents, false));
    return contents;
  }

  private void report(ModelStore.Contents found) {
    ModelStore.Contents before = contents;
    contents = found;
    boolean isNews =
        isReported ? !found.equals(before) : tracker.isSettled() || scans >= SCANS_UNTIL_STABLE;
    if (isNews && !closed) {
      isReported = true;
      scansUntilClearing = SCANS_UNTIL_CLEARING;
      listener.accept(found);
    }
  }

  private ModelStore.Contents scan(ModelStore.Contents before, boolean isInTurn) {
    Set<Path> announced = takeComplete();
    try {
      StoreSnapshot snapshot = store.scan(disappearances.mayBeMissing());
      disappearances.accept(snapshot, !before.models().isEmpty());
      if (isInTurn && scans == 1) {
        Duration settling = interval.multipliedBy(SCANS_UNTIL_STABLE);
        announced.addAll(snapshot.unchangedSince(time.instant().minus(settling)));
      }
      tracker = tracker.settle(snapshot, announced, isInTurn);
      return reader.read(snapshot, tracker, before);
    } catch (IOException e) {
      tracker = tracker.settle(StoreSnapshot.unknown(store.folder()), announced, isInTurn);
      ModelStore.Unusable problem = new ModelStore.Unusable(store.folder(), Disk.unreadable(e));
      return new ModelStore.Contents(before.models(), List.of(problem), before.strays());
    }
  }

  private Set<Path> takeComplete() {
    synchronized (complete) {
      Set<Path> taken = new HashSet<>(complete);
      complete.clear();
      return taken;
    }
  }

  private void clearCacheWhenDue() {
    scansUntilClearing--;
    if (scansUntilClearing == 0) {
      Set<Path> used = inUse.get();
      if (!contents.sources().map(ModelSource::folder).toList().containsAll(used)) {
        scansUntilClearing = SCANS_UNTIL_CLEARING; // An old version still serves.
      }
      try {
        store.clearCache(contents, used);
      } catch (IOException e) {
        log.warn("the unpacked content of removed archives stays: {}", Disk.words(e));
      }
    }
  }
}
