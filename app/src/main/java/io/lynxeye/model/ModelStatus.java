package io.lynxeye.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The state of one version, since when, and why if it failed.
 *
 * @param id which version
 * @param state where it stands
 * @param since when it came there
 * @param failure for {@code END} after a failed load: the reason, fit to be shown; else empty
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

  /** The end after a failed load. */
  public ModelStatus failed(String reason, Instant now) {
    return new ModelStatus(id, to(ModelState.END, now).state(), now, Optional.of(reason));
  }

  public boolean isFailed() {
    return failure.isPresent();
  }
}
