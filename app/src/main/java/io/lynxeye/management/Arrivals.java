package io.lynxeye.management;

import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Versions on their way into the store, and those that did not get there: the one thing told that
 * no restart survives, as nothing of it is in the store. Thread-safe.
 */
final class Arrivals {

  /**
   * One of them.
   *
   * @param failure why it did not get there; empty while it is on its way
   */
  record Arrival(Registration registration, Instant since, Optional<String> failure) {

    ModelState state() {
      return failure.isPresent() ? ModelState.END : ModelState.START;
    }
  }

  private final InstantSource time;
  private final Map<ModelId, Arrival> arrivals = new ConcurrentHashMap<>();

  Arrivals(InstantSource time) {
    this.time = time;
  }

  /** Takes the place of an earlier failure; false when it is on its way already. */
  synchronized boolean begin(Registration registration) {
    Arrival before = arrivals.get(registration.id());
    boolean isFree = before == null || before.failure().isPresent();
    if (isFree) {
      arrivals.put(registration.id(), new Arrival(registration, time.instant(), Optional.empty()));
    }
    return isFree;
  }

  void failed(Registration registration, String reason) {
    arrivals.put(registration.id(), new Arrival(registration, time.instant(), Optional.of(reason)));
  }

  /** It is in the store, or nobody needs to know of its failure. */
  void end(Registration registration) {
    arrivals.remove(registration.id());
  }

  boolean isUnderWay(String name, OptionalInt version) {
    return arrivals.entrySet().stream()
        .anyMatch(
            arrival ->
                isMeant(arrival.getKey(), name, version) && arrival.getValue().failure().isEmpty());
  }

  /**
   * Forgets failures.
   *
   * @return whether there were any
   */
  boolean forget(String name, OptionalInt version) {
    return arrivals
        .entrySet()
        .removeIf(
            arrival ->
                isMeant(arrival.getKey(), name, version)
                    && arrival.getValue().failure().isPresent());
  }

  Collection<Arrival> all() {
    return arrivals.values();
  }

  private static boolean isMeant(ModelId id, String name, OptionalInt version) {
    return id.name().equals(name) && (version.isEmpty() || version.getAsInt() == id.version());
  }
}
