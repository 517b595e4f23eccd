package io.lynxeye.serving.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of one version, when it was entered, and why it does not serve.
 *
 * @param id the version
 * @param state its state
 * @param since when it entered the state
 * @param failure the reason why the last load failed, to be shown to operators: in {@code END}, or
 *     in {@code AVAILABLE} or {@code SHADOW} while the version loaded before its files changed is
 *     still in use; in {@code STOPPED}, why its rollout was stopped; else empty
 */
public record ModelStatus(ModelId id, ModelState state, Instant since, Optional<String> failure) {

  /** The status of a version that was just found. */
  public static ModelStatus start(ModelId id, Instant now) {
    return new ModelStatus(id, ModelState.START, now, Optional.empty());
  }

  /**
   * The status after a transition.
   *
   * @throws IllegalStateException when the transition is not allowed: a defect of the caller
   */
  public ModelStatus to(ModelState next, Instant now) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(id + " cannot go from " + state + " to " + next);
    }
    return new ModelStatus(id, next, now, Optional.empty());
  }

  /** The status of an available version after a reload from changed files. */
  public ModelStatus reloaded(Instant now) {
    return new ModelStatus(id, state, now, Optional.empty());
  }

  /** The status of a version that its rollout has stopped. */
  public ModelStatus stopped(String reason, Instant now) {
    return new ModelStatus(id, to(ModelState.STOPPED, now).state(), now, Optional.of(reason));
  }

  /**
   * The status after a failed load: {@code END}, or {@code AVAILABLE} with the reason, while the
   * version loaded before the files changed still serves.
   */
  public ModelStatus failed(String reason, Instant now) {
    return state.isLoaded()
        ? new ModelStatus(
            id,
            state,
            since,
            Optional.of("its files have changed and cannot be served as they are: " + reason))
        : new ModelStatus(id, to(ModelState.END, now).state(), now, Optional.of(reason));
  }

  /** What callers learn of a failure. Only the log has the reason, which can reveal internals. */
  public Optional<String> failureForCallers() {
    return failure.map(reason -> forCallers(state));
  }

  /** What callers learn of why a version in a state does not serve, or not with its files. */
  public static String forCallers(ModelState state) {
    return (state == ModelState.STOPPED ? "its rollout was stopped" : "it could not be loaded")
        + "; the server's log has the cause";
  }

  /** Whether its current files could not be loaded. */
  public boolean hasFailed() {
    return failure.isPresent() && state != ModelState.STOPPED;
  }

  /** Whether the version ended because it could not be loaded. */
  public boolean isFailed() {
    return state == ModelState.END && failure.isPresent();
  }
}
