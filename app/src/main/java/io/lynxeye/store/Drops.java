package io.lynxeye.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Remembers from look to look what was dropped, and hands on what is complete: what was the same in
 * three looks in a row. While something changes, or cannot be served as it is now, what it was when
 * it was last handed on stays. Belongs to the thread that looks.
 */
final class Drops {

  private static final int ENOUGH_LOOKS = 3;

  /** Makes something of a drop that is complete. */
  @FunctionalInterface
  interface Reading {
    Found read() throws IOException, UnusableException;
  }

  /**
   * @param found what is handed on
   * @param isCurrent whether that is what the drop is now
   * @param isPending whether the drop is not complete yet
   */
  record Taken(Optional<Found> found, boolean isCurrent, boolean isPending) {}

  private record Seen(String fingerprint, int looks) {}

  private record Accepted(String fingerprint, Found found) {}

  private final int enough;
  private final Map<Path, Accepted> accepted = new HashMap<>();
  private Map<Path, Seen> before = Map.of();
  private Map<Path, Seen> now = new HashMap<>();
  private final Set<Path> kept = new HashSet<>();
  private final List<ModelStore.Unusable> unusable = new ArrayList<>();
  private Set<Path> complete = Set.of();
  private int counted;
  private boolean pending;

  private Drops(int enough) {
    this.enough = enough;
  }

  /** For looks that follow one another. */
  static Drops settling() {
    return new Drops(ENOUGH_LOOKS);
  }

  /** For a single look, which takes things as they are. */
  static Drops atOnce() {
    return new Drops(1);
  }

  /**
   * A look begins.
   *
   * @param complete what is known to be complete
   * @param inTurn whether it comes an interval after the one before, so that it counts
   */
  void begin(Set<Path> complete, boolean inTurn) {
    this.complete = complete;
    this.counted = inTurn ? 1 : 0;
    before = now;
    now = new HashMap<>();
    kept.clear();
    unusable.clear();
    pending = false;
  }

  /** A look ends: what it did not see is gone. */
  List<ModelStore.Unusable> end() {
    accepted.keySet().retainAll(kept);
    return List.copyOf(unusable);
  }

  /** Whether the look saw something that is not complete yet. */
  boolean isPending() {
    return pending;
  }

  /** Whether nothing is known of it from an earlier look. */
  boolean isNew(Path drop) {
    return !accepted.containsKey(drop) && !before.containsKey(drop);
  }

  /** Takes a drop of which nothing need be awaited. */
  Taken takeAtOnce(Path drop, String fingerprint, Found found) {
    kept.add(drop);
    now.put(drop, new Seen(fingerprint, enough));
    accepted.put(drop, new Accepted(fingerprint, found));
    return new Taken(Optional.of(found), true, false);
  }

  /**
   * Takes a drop as the look sees it.
   *
   * @param state what must stay the same for the drop to be complete
   * @param fingerprint the state and all else that decides what is made of the drop
   * @param frozen whether nothing new may be handed on
   */
  Taken take(Path drop, String state, String fingerprint, boolean frozen, Reading reading) {
    kept.add(drop);
    Seen last = before.get(drop);
    int looks = (last != null && last.fingerprint.equals(state) ? last.looks : 0) + counted;
    looks = complete.contains(drop) ? enough : Math.min(looks, enough);
    now.put(drop, new Seen(state, looks));
    Accepted old = accepted.get(drop);
    if (old != null && old.fingerprint.equals(fingerprint)) {
      unusable.addAll(old.found.unusable());
      return new Taken(Optional.of(old.found), true, false);
    }
    if (looks < enough || frozen) {
      return pending(drop);
    }
    try {
      Found found = reading.read();
      accepted.put(drop, new Accepted(fingerprint, found));
      unusable.addAll(found.unusable());
      return new Taken(Optional.of(found), true, false);
    } catch (UnusableException e) {
      unusable.add(e.at(drop));
      if (e.isGone()) {
        accepted.remove(drop);
      }
    } catch (IOException e) {
      unreadable(drop, e);
    }
    return new Taken(old(drop), false, false);
  }

  private Taken pending(Path drop) {
    pending = true;
    return new Taken(old(drop), false, true);
  }

  private Optional<Found> old(Path drop) {
    return Optional.ofNullable(accepted.get(drop)).map(Accepted::found);
  }

  /** Something that went away or moved while it was looked at: not complete yet, or soon gone. */
  Taken changing(Path drop) {
    keepBelow(drop);
    return pending(drop);
  }

  /** Something that cannot be looked at now: what is known of it, and of all below it, stays. */
  Taken unreadable(Path path, IOException failure) {
    report(path, "it cannot be read: " + Disk.words(failure));
    keepBelow(path);
    return new Taken(old(path), false, false);
  }

  void keepBelow(Path folder) {
    Predicate<Path> isBelow = path -> path.startsWith(folder);
    accepted.keySet().stream().filter(isBelow).forEach(kept::add);
    before.entrySet().stream()
        .filter(entry -> isBelow.test(entry.getKey()))
        .forEach(
            entry -> now.putIfAbsent(entry.getKey(), new Seen(entry.getValue().fingerprint, 0)));
  }

  /** Told in any case, complete or not. */
  void report(Path path, String reason) {
    unusable.add(new ModelStore.Unusable(path, reason));
  }
}
