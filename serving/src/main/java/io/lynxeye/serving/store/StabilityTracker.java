package io.lynxeye.serving.store;

import io.lynxeye.serving.store.StoreSnapshot.Entry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Decides which entries are complete, because several scans in a row saw them unchanged: the second
 * step. Immutable.
 */
final class StabilityTracker {

  private record Seen(String state, int scans) {}

  private final int scansNeeded;
  private final Map<Path, Seen> seen;

  private StabilityTracker(int scansNeeded, Map<Path, Seen> seen) {
    this.scansNeeded = scansNeeded;
    this.seen = seen;
  }

  /**
   * A tracker before the first scan.
   *
   * @param scansNeeded equal scans in a row until an entry is complete; 1 = take it as it is
   */
  static StabilityTracker after(int scansNeeded) {
    return new StabilityTracker(scansNeeded, Map.of());
  }

  /**
   * Adds a scan.
   *
   * @param complete paths known to be complete
   * @param isInTurn whether the scan came an interval after the one before, so that it counts
   */
  StabilityTracker settle(StoreSnapshot snapshot, Set<Path> complete, boolean isInTurn) {
    Map<Path, Seen> next = new HashMap<>();
    seen.forEach(
        (path, before) -> {
          if (snapshot.unknown().stream().anyMatch(path::startsWith)) {
            next.put(path, new Seen(before.state(), 0));
          }
        });
    for (Entry entry : snapshot.entries()) {
      switch (entry.status()) {
        case WHOLE, REFUSED, ABSENT -> {
          boolean isComplete = complete.contains(entry.path()) || isAbsentAtFirst(entry);
          int scans = isComplete ? scansNeeded : scansBefore(entry) + (isInTurn ? 1 : 0);
          next.put(entry.path(), new Seen(entry.state(), Math.min(scans, scansNeeded)));
        }
        case CHANGING -> next.putIfAbsent(entry.path(), new Seen("", 0));
        case UNREADABLE -> {} // What an earlier scan saw of it is kept above.
      }
    }
    return new StabilityTracker(scansNeeded, next);
  }

  /** An entry that never existed is absent at once; one that existed may be about to return. */
  private boolean isAbsentAtFirst(Entry entry) {
    return entry.status() == StoreSnapshot.Status.ABSENT && !seen.containsKey(entry.path());
  }

  private int scansBefore(Entry entry) {
    Seen before = seen.get(entry.path());
    return before != null && before.state().equals(entry.state()) ? before.scans() : 0;
  }

  /** Whether this path is complete. */
  boolean isStable(Path path) {
    return seen.containsKey(path) && seen.get(path).scans() >= scansNeeded;
  }

  /** Whether everything seen is complete. */
  boolean isSettled() {
    return seen.keySet().stream().allMatch(this::isStable);
  }

  /** The paths that the last scan saw, or that it could not examine and an earlier one saw. */
  Set<Path> paths() {
    return seen.keySet();
  }
}
