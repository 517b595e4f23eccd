package io.lynxeye.store;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into the store again and again, on a thread of its own, and tells what has changed.
 *
 * <p>What is dropped is handed on when three looks in a row saw it the same; what is handed on
 * stays as it was while it changes, and when it cannot be read. What is gone is gone when a second
 * look misses it too.
 */
public final class StoreWatcher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StoreWatcher.class);

  /** Looks after which everything that lay in the store at first is settled, or still changes. */
  private static final int FIRST_LOOKS = 3;

  /** Looks in turn from a change until the cache is cleared: who loads what was before is done. */
  private static final int LOOKS_UNTIL_CLEARING = 30;

  private final ModelStore store;
  private final Duration interval;
  private final Supplier<Set<Path>> inUse;
  private final Consumer<ModelStore.Contents> listener;
  private final Drops drops = Drops.settling();
  private final Absences absences = new Absences();
  private final Set<Path> complete = new HashSet<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread looking = new Thread(work, "store-watcher");
            looking.setDaemon(true);
            return looking;
          });
  private volatile ModelStore.Contents contents = ModelStore.Contents.EMPTY;
  private volatile boolean closed;
  private boolean isTold;
  private int looks;
  private int looksUntilClearing = LOOKS_UNTIL_CLEARING;

  /**
   * Nothing runs yet.
   *
   * @param interval from the end of one look to the beginning of the next
   * @param inUse folders that versions are served from, wanted by the store or not: what was
   *     unpacked into them stays
   * @param listener told on the watcher's thread when what is found differs from before; first when
   *     the first look has settled: at once in an empty store, else at the third look
   */
  public StoreWatcher(
      ModelStore store,
      Duration interval,
      Supplier<Set<Path>> inUse,
      Consumer<ModelStore.Contents> listener) {
    this.store = store;
    this.interval = interval;
    this.inUse = inUse;
    this.listener = listener;
  }

  /** Begins to look. */
  @SuppressWarnings("FutureReturnValueIgnored") // It ends with the thread.
  public void start() {
    thread.scheduleWithFixedDelay(this::lookAndGoOn, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Looks at once instead of when the interval is over.
   *
   * @return what was found, once the listener has been told
   */
  public CompletableFuture<ModelStore.Contents> lookNow() {
    try {
      return CompletableFuture.supplyAsync(this::lookOnRequest, thread);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(contents); // It is closed.
    }
  }

  /**
   * Says that a version is complete, so that the next look need not wait whether it changes. It is
   * a folder of its own, put there in one step.
   */
  public void complete(ModelId id) {
    synchronized (complete) {
      complete.addAll(store.places(id.name(), id.version()));
    }
  }

  /** What the last look found; empty before the first. */
  public ModelStore.Contents contents() {
    return contents;
  }

  /** Ends the looking; the listener is told nothing more. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }

  private void lookAndGoOn() {
    try {
      lookInTurn();
    } catch (RuntimeException | Error e) { // A defect; the next look may do better.
      log.error("looking into the store failed", e);
    }
  }

  /** The look that comes when the interval is over. On the watcher's thread, or a test's. */
  ModelStore.Contents lookInTurn() {
    looks++;
    ModelStore.Contents before = contents;
    ModelStore.Contents found = tell(before, absences.overlook(before, find(before, true)));
    clear();
    return found;
  }

  /**
   * A look in between: what is gone is gone, but that something is the same as just before does not
   * tell that it is complete.
   */
  ModelStore.Contents lookOnRequest() {
    absences.forget();
    ModelStore.Contents before = contents;
    return tell(before, find(before, false));
  }

  private ModelStore.Contents tell(ModelStore.Contents before, ModelStore.Contents found) {
    contents = found;
    boolean isFirst = !isTold && (!drops.isPending() || looks >= FIRST_LOOKS);
    if (!closed && (isFirst || (isTold && !found.equals(before)))) {
      isTold = true;
      looksUntilClearing = LOOKS_UNTIL_CLEARING;
      listener.accept(found);
    }
    return found;
  }

  private ModelStore.Contents find(ModelStore.Contents before, boolean inTurn) {
    drops.begin(takeComplete(), inTurn);
    try {
      return store.look(drops, before);
    } catch (IOException e) {
      List<ModelStore.Unusable> unusable = new ArrayList<>();
      unusable.add(new ModelStore.Unusable(store.folder(), "it cannot be read: " + Disk.words(e)));
      return new ModelStore.Contents(before.models(), unusable, before.strays());
    }
  }

  private Set<Path> takeComplete() {
    synchronized (complete) {
      Set<Path> taken = Set.copyOf(complete);
      complete.clear();
      return taken;
    }
  }

  private void clear() {
    looksUntilClearing--;
    if (looksUntilClearing == 0) {
      Set<Path> used = inUse.get();
      if (!contents.sources().map(ModelSource::folder).toList().containsAll(used)) {
        looksUntilClearing = LOOKS_UNTIL_CLEARING; // What the store does not want stays for now.
      }
      try {
        store.clearCache(contents, used);
      } catch (IOException e) {
        log.warn("what was unpacked of removed archives stays: {}", Disk.words(e));
      }
    }
  }
}
