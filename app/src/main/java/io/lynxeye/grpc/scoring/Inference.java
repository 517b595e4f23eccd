package io.lynxeye.grpc.scoring;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynxeye.grpc.call.Message;
import io.lynxeye.grpc.call.ScoringCall;
import io.lynxeye.grpc.call.Statuses;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.scoring.ModelResolver;
import io.lynxeye.serving.scoring.ScoreRequest;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.scoring.ScoringService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores a message: admission, limits, deadline, cancellation and statuses are the same for all
 * protocols.
 *
 * @param <A> the protocol's answer
 */
public final class Inference<A> {

  private static final Logger log = LoggerFactory.getLogger(Inference.class);

  private final ScoringService scoring;
  private final Executor executor;
  private final Scorable.Parser<A> parser;

  /**
   * @param executor builds answers
   * @param parser parses messages
   */
  public Inference(ScoringService scoring, Executor executor, Scorable.Parser<A> parser) {
    this.scoring = scoring;
    this.executor = executor;
    this.parser = parser;
  }

  /**
   * Scores the images of a message. Needs the call's context on this thread. Never throws, never
   * blocks; cancelling the future removes the images from the queue.
   *
   * @return the answer, or fails with a {@link StatusRuntimeException} for the client; cancelled if
   *     the call has ended
   */
  public CompletableFuture<A> infer(Message message, ScoringCall call) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    try {
      if (!call.admit()) {
        answer.cancel(false);
        return answer;
      }
      read(message, call, answer);
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(status(e, call));
    }
    return answer;
  }

  /** Begins at once, on this thread, if there is memory for the message; otherwise it waits. */
  @SuppressWarnings("FutureReturnValueIgnored") // The dependents do not throw.
  private void read(Message message, ScoringCall call, CompletableFuture<A> answer) {
    CompletableFuture<byte[]> read = call.read(message, executor);
    if (read.isDone()) {
      begin(read, Duration.ZERO, call, answer);
      return;
    }
    long start = System.nanoTime();
    answer.whenComplete((ended, failure) -> read.cancel(false));
    Context context = Context.current();
    read.orTimeout(scoring.maxWait(timeLeft()).toNanos(), TimeUnit.NANOSECONDS)
        .whenCompleteAsync(
            (bytes, failure) -> {
              Duration waited = Duration.ofNanos(System.nanoTime() - start);
              context.run(() -> begin(read, waited, call, answer));
            },
            executor);
  }

  /**
   * @throws RejectedException {@code TOO_BUSY} if there was no memory in time
   */
  private static byte[] bytes(CompletableFuture<byte[]> read) {
    try {
      return read.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof TimeoutException
          ? new RejectedException(RejectedException.Reason.TOO_BUSY)
          : e;
    }
  }

  private void begin(
      CompletableFuture<byte[]> read,
      Duration waited,
      ScoringCall call,
      CompletableFuture<A> answer) {
    if (read.isCancelled()) {
      answer.cancel(false);
      return;
    }
    try {
      begin(parser.parse(bytes(read)), waited, call, answer);
    } catch (InvalidInputException | RuntimeException | Error e) {
      answer.completeExceptionally(status(e, call));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The dependents do not throw.
  private void begin(
      Scorable<A> asked, Duration waited, ScoringCall call, CompletableFuture<A> answer)
      throws InvalidInputException {
    Optional<String> model = asked.model();
    ModelResolver.Read<Scorable.Prepared<A>> read =
        scoring.read(
            model, chosen(asked, call), described -> asked.prepare(described, call::holdMore));
    VersionChoice version = read.version();
    Scorable.Prepared<A> prepared = read.value();
    List<ModelInput> inputs = prepared.inputs();
    ScoreRequest request =
        new ScoreRequest(
                model,
                version,
                inputs,
                OptionalInt.empty(),
                shorter(timeLeft().map(waited::plus), asked.timeout()))
            .after(waited);
    scoring.models().requireCapacity(request);
    call.claim(scoring.models().label(model, version), inputs.size());
    CompletableFuture<List<ScoreResult>> scored = scoring.scoreAll(request);
    answer.whenComplete((ended, failure) -> scored.cancel(false));
    scored.whenCompleteAsync(
        (results, failure) -> {
          if (failure == null) {
            finish(prepared, results, call, answer);
          } else if (!scored.isCancelled()) {
            answer.completeExceptionally(status(failure, call));
          }
        },
        executor);
  }

  private static VersionChoice chosen(Scorable<?> asked, ScoringCall call)
      throws InvalidInputException {
    try {
      return call.origin().choose(asked.version());
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(e.getMessage());
    }
  }

  private static <A> void finish(
      Scorable.Prepared<A> prepared,
      List<ScoreResult> results,
      ScoringCall call,
      CompletableFuture<A> answer) {
    try {
      Optional<RequestContext> context = call.context();
      for (int i = 0; i < results.size() && context.isPresent(); i++) {
        context.get().scored(prepared.inputs().get(i), results.get(i));
      }
      call.scoredBy(results.get(0).model().id());
      answer.complete(prepared.shape().of(results));
    } catch (InvalidInputException | RuntimeException | Error e) {
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
