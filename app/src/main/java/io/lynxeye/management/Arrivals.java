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
 * Versions that are being imported, and those whose import failed. Nothing of them is in the store,
 * so they are forgotten at a restart. Thread-safe.
 */
final class Arrivals {

  /**
   * An import.
   *
   * @param since when it began or failed
   * @param failure the reason why it failed; empty while it is under way
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

  /** Replaces an earlier failure; false if the version is being imported already. */
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

  /** Forgets an import that is in the store, or whose failure was reported directly. */
  void end(Registration registration) {
    arrivals.remove(registration.id());
  }

  boolean isUnderWay(String name, OptionalInt version) {
    return arrivals.entrySet().stream()
        .anyMatch(
            arrival ->
                matches(arrival.getKey(), name, version) && arrival.getValue().failure().isEmpty());
  }

  /**
   * Forgets failed imports.
   *
   * @return whether there were any
   */
  boolean forget(String name, OptionalInt version) {
    return arrivals
        .entrySet()
        .removeIf(
            arrival ->
                matches(arrival.getKey(), name, version)
                    && arrival.getValue().failure().isPresent());
  }

  Collection<Arrival> all() {
    return arrivals.values();
  }

  private static boolean matches(ModelId id, String name, OptionalInt version) {
    return id.name().equals(name) && (version.isEmpty() || version.getAsInt() == id.version());
  }
}
