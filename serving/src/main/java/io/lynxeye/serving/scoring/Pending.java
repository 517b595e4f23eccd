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

  Pending after(ServedModel failure) {
    return new Pending(
        request, input, number, acceptedNanos, deadline, Optional.of(failure), answer);
  }
}
