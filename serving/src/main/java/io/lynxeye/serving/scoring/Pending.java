package io.lynxeye.serving.scoring;

import io.lynxeye.serving.admission.Deadline;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.lifecycle.ServedModel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An image that is being scored.
 *
 * @param number its place in the request, from 0
 * @param failed the canary that has failed on it
 */
record Pending(
    ScoreRequest request,
    ModelInput input,
    int number,
    long acceptedNanos,
    Deadline deadline,
    Optional<ServedModel> failed,
    CompletableFuture<ScoreResult> answer) {

  /** The same for the serving version, after a canary has failed. */
  Pending after(ServedModel canary, ModelInput fitted) {
    return new Pending(
        request, fitted, number, acceptedNanos, deadline, Optional.of(canary), answer);
  }

  boolean hasFailed(ServedModel version) {
    return failed.filter(version::equals).isPresent();
  }
}
