package io.lynxeye.grpc.inference;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynxeye.grpc.call.ScoringCall;
import io.lynxeye.grpc.call.Statuses;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.scoring.ScoreRequest;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.scoring.ScoringService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scores a message, for both kinds of calls. */
final class Inference {

  private static final Logger log = LoggerFactory.getLogger(Inference.class);

  private final ScoringService scoring;
  private final Executor executor;

  /**
   * @param executor builds answers
   */
  Inference(ScoringService scoring, Executor executor) {
    this.scoring = scoring;
    this.executor = executor;
  }

  /**
   * Scores the images of a message. Needs the call's context on this thread. Never throws, never
   * blocks; cancelling the future removes the images from the queue.
   *
   * @return the answer, or fails with a {@link StatusRuntimeException} for the client; cancelled if
   *     the call has ended
   */
  CompletableFuture<ModelInferResponse> infer(byte[] message, ScoringCall call) {
    CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
    try {
      if (!call.admit()) {
        answer.cancel(false);
        return answer;
      }
      begin(new InferRequest(InferMessage.parse(message)), call, answer);
    } catch (InvalidInputException | RuntimeException | OutOfMemoryError e) {
      answer.completeExceptionally(status(e, call));
    }
    return answer;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The dependents do not throw.
  private void begin(
      InferRequest asked, ScoringCall call, CompletableFuture<ModelInferResponse> answer)
      throws InvalidInputException {
    Optional<String> model = asked.model();
    VersionChoice version = asked.version();
    List<ModelInput> inputs = asked.inputs(scoring.models().describe(model, version).signature());
    ScoreRequest request =
        new ScoreRequest(
            model, version, inputs, OptionalInt.empty(), shorter(timeLeft(), asked.timeout()));
    scoring.models().requireCapacity(request);
    call.claim(scoring.models().label(model, version), inputs.size());
    InferAnswer shape = new InferAnswer(asked.message().getId(), asked.wanted());
    CompletableFuture<List<ScoreResult>> scored = scoring.scoreAll(request);
    answer.whenComplete((ended, failure) -> scored.cancel(false));
    scored.whenCompleteAsync(
        (results, failure) -> {
          if (failure == null) {
            finish(shape, inputs, results, call, answer);
          } else if (!scored.isCancelled()) {
            answer.completeExceptionally(status(failure, call));
          }
        },
        executor);
  }

  private static void finish(
      InferAnswer shape,
      List<ModelInput> inputs,
      List<ScoreResult> results,
      ScoringCall call,
      CompletableFuture<ModelInferResponse> answer) {
    try {
      Optional<RequestContext> context = call.context();
      for (int i = 0; i < results.size() && context.isPresent(); i++) {
        context.get().scored(inputs.get(i), results.get(i));
      }
      answer.complete(shape.of(results));
    } catch (InvalidInputException | RuntimeException | OutOfMemoryError e) {
      answer.completeExceptionally(status(e, call));
    }
  }

  private static Optional<Duration> shorter(Optional<Duration> one, Optional<Duration> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Duration::compareTo);
  }

  /** The time until the caller's deadline. */
  private static Optional<Duration> timeLeft() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(1, deadline.timeRemaining(TimeUnit.NANOSECONDS))));
  }

  /** The status for a failure. The server's own faults are logged. */
  private static StatusRuntimeException status(Throwable cause, ScoringCall call) {
    Outcome outcome = Outcome.of(cause);
    StatusRuntimeException status = Statuses.of(outcome);
    if (status.getStatus().getCode() == Status.Code.INTERNAL || cause instanceof Error) {
      log.error("request {} failed", call.requestId(), cause);
    }
    call.context().ifPresent(context -> context.failed(outcome));
    return status;
  }
}
