package io.lynxeye.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of one version, since when, and why if it failed.
 *
 * @param id which version
 * @param state where it stands
 * @param since when it came there
 * @param failure why the last load failed, fit to be shown: for {@code END}, or for {@code
 *     AVAILABLE} when what was loaded before the files changed goes on; else empty
 */
public record ModelStatus(ModelId id, ModelState state, Instant since, Optional<String> failure) {

  /** A version that was just discovered. */
  public static ModelStatus start(ModelId id, Instant now) {
    return new ModelStatus(id, ModelState.START, now, Optional.empty());
  }

  /**
   * The next state.
   *
   * @throws IllegalStateException when the state machine has no such move: a defect of the caller
   */
  public ModelStatus to(ModelState next, Instant now) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(id + " cannot go from " + state + " to " + next);
    }
    return new ModelStatus(id, next, now, Optional.empty());
  }

  /** An available version was loaded again from changed files, and goes on. */
  public ModelStatus reloaded(Instant now) {
    return new ModelStatus(id, state, now, Optional.empty());
  }

  /**
   * After a failed load: the end; or no change but for the reason, when what was loaded before the
   * files changed goes on.
   */
  public ModelStatus failed(String reason, Instant now) {
    return state == ModelState.AVAILABLE
        ? new ModelStatus(
            id,
            state,
            since,
            Optional.of("its files have changed and cannot be served as they are: " + reason))
        : new ModelStatus(id, to(ModelState.END, now).state(), now, Optional.of(reason));
  }

  /** Whether it does not serve because it could not be loaded. */
  public boolean isFailed() {
    return state == ModelState.END && failure.isPresent();
  }
}
