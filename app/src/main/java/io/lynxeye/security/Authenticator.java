package io.lynxeye.security;

import java.util.Optional;
import java.util.stream.Stream;

/** Recognises callers. Called on event loops: never blocks, thread-safe. */
@FunctionalInterface
public interface Authenticator {

  /** Finds the caller with this credential, unchanged from the request; empty = it is not valid. */
  Optional<Caller> find(String credential);

  /** Whether there can be a caller that may manage models. */
  default boolean hasAdministrators() {
    return true;
  }

  /**
   * Recognises the callers of either authenticator. Both check a credential, so that the time does
   * not show which one knows it.
   */
  default Authenticator or(Authenticator other) {
    Authenticator first = this;
    return new Authenticator() {
      @Override
      public Optional<Caller> find(String credential) {
        return mostPowerful(Stream.of(first.find(credential), other.find(credential)));
      }

      @Override
      public boolean hasAdministrators() {
        return first.hasAdministrators() || other.hasAdministrators();
      }
    };
  }

  /** Of several callers, the one that may do most. Evaluates every element. */
  static Optional<Caller> mostPowerful(Stream<Optional<Caller>> found) {
    return found.toList().stream()
        .flatMap(Optional::stream)
        .max((one, another) -> one.role().compareTo(another.role()));
  }
}
