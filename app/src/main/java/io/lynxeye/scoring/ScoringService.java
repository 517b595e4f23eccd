package io.lynxeye.scoring;

import io.lynxeye.batching.BatchOutput;
import io.lynxeye.batching.Deadline;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.batching.RejectedException;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.NotNumbersException;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.lifecycle.ServedModel;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.VersionChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

/**
 * A picture in, its labels out: finds the model, decodes on the decode pool, queues the sample with
 * the model's batcher, picks the best classes of what comes back. Decoding comes before the batch,
 * so a bad picture never takes a seat in one.
 */
public final class ScoringService {

  /** A picture on its way to its answer. */
  private record Pending(
      ScoreRequest request,
      ModelInput input,
      Deadline deadline,
      CompletableFuture<ScoreResult> answer) {}

  private final ModelDirectory models;
  private final DecodeExecutor decodes;
  private final IntSupplier places;
  private final TimeLimits limits;
  private final NanoClock clock;

  /**
   * @param models that may be meant
   * @param places requests that the server has room for yet, whatever their models; a model may
   *     have no more on their way than are left, so that a flood of it leaves room for the others
   * @param limits from here on; a request that takes longer gets no answer
   */
  public ScoringService(
      ModelDirectory models,
      DecodeExecutor decodes,
      IntSupplier places,
      TimeLimits limits,
      NanoClock clock) {
    this.models = models;
    this.decodes = decodes;
    this.places = places;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * Whether a request would be taken in now: asked before its body is read, and not a promise.
   *
   * @param timeLeft as {@link ScoreRequest#timeLeft}
   * @throws RejectedException {@code QUEUE_FULL} or {@code NO_TIME}
   */
  public void check(Optional<String> model, VersionChoice version, Optional<Duration> timeLeft) {
    models
        .find(model, version)
        .ifPresent(found -> found.backlog().check(1, places.getAsInt(), deadline(timeLeft)));
  }

  /**
   * Scores a request's only picture. Never blocks; callable from an event loop. Cancelling the
   * future (the client has gone) takes the picture out of the queue.
   *
   * @return ends with the result; or with {@link InvalidInputException} (not a picture this model
   *     can score), {@link RejectedException} (overload, deadline, draining), {@link
   *     TimeoutException} (it ran past the time), or what the engine threw. Dependents run on a
   *     decode or a worker thread: keep them short.
   * @throws ModelNotFoundException when no such model is available
   * @throws RejectedException {@code NOT_READY} while the model is not available yet; {@code
   *     QUEUE_FULL} or {@code NO_TIME} when it has too much to do
   */
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    return begin(request)
        .get(0)
        .orTimeout(limits.until(request.timeLeft()).toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Scores all pictures of a request as one unit of work: taken in together or not at all, scored
   * by one version, answered in order; one that fails fails the request. Otherwise as {@link
   * #score}.
   *
   * @throws InvalidInputException when there are more pictures than the model ever takes in at once
   */
  public CompletableFuture<List<ScoreResult>> scoreAll(ScoreRequest request)
      throws InvalidInputException {
    models.requireRoom(request);
    return new JointAnswer(() -> begin(request))
        .begin()
        .orTimeout(limits.until(request.timeLeft()).toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Takes places for all pictures of a request, and has them scored. */
  private List<CompletableFuture<ScoreResult>> begin(ScoreRequest request) {
    ServedModel model = models.require(request.model(), request.version());
    Deadline deadline = deadline(request.timeLeft());
    model.backlog().enter(request.inputs().size(), places.getAsInt(), deadline);
    List<Pending> all =
        request.inputs().stream()
            .map(input -> new Pending(request, input, deadline, new CompletableFuture<>()))
            .toList();
    for (Pending pending : all) {
      var unused = pending.answer.whenComplete((result, failure) -> model.backlog().leave());
      decode(pending, model);
    }
    return all.stream().map(Pending::answer).toList();
  }

  private Deadline deadline(Optional<Duration> asked) {
    return limits.deadline(asked, clock.nanoTime());
  }

  /** The models that requests may mean. */
  public ModelDirectory models() {
    return models;
  }

  private void decode(Pending pending, ServedModel model) {
    try {
      decodes.execute(model.id().name(), pending.answer, () -> decodeAndSubmit(pending, model));
    } catch (RejectedExecutionException e) { // The server stops.
      pending.answer.completeExceptionally(
          new RejectedException(RejectedException.Reason.DRAINING));
    } catch (RuntimeException | Error e) { // No memory, no threads: the place is given back.
      pending.answer.completeExceptionally(e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // What the dependents could throw, they do not.
  private void decodeAndSubmit(Pending pending, ServedModel model) {
    CompletableFuture<ScoreResult> answer = pending.answer;
    if (answer.isDone()) {
      return; // Timed out or abandoned before its turn: decoding it would be work for nobody.
    }
    try {
      long start = clock.nanoTime();
      Sample sample = model.prepare(pending.input);
      Duration decode = Duration.ofNanos(clock.nanoTime() - start);
      if (answer.isDone()) {
        sample.release();
        return;
      }
      CompletableFuture<BatchOutput<ModelOutput>> job = submit(sample, pending, model);
      answer.whenComplete((result, failure) -> job.cancel(false));
      job.whenComplete(
          (output, failure) -> {
            if (failure == null) {
              complete(pending, model, output, decode);
            } else {
              failed(pending, model, blamed(pending.input, failure));
            }
          });
    } catch (InvalidInputException e) {
      model.backlog().drained(1);
      failed(pending, model, e);
    } catch (Throwable e) { // Also an OutOfMemoryError: this request fails, the pool goes on.
      failed(pending, model, e);
    }
  }

  /** Scores that are no numbers: of a picture the model's defect, of values their sender's. */
  private static Throwable blamed(ModelInput input, Throwable failure) {
    return failure instanceof NotNumbersException && input instanceof ModelInput.Tensor
        ? new InvalidInputException(
            "the model's scores of these values are not numbers: they are too large; send the values it was made for")
        : failure;
  }

  private static void complete(
      Pending pending, ServedModel model, BatchOutput<ModelOutput> output, Duration decode) {
    try {
      pending.answer.complete(result(pending.request, model.description(), output, decode));
    } catch (RuntimeException | Error e) { // No memory, for one: a future would swallow it.
      pending.answer.completeExceptionally(e);
    }
  }

  /** A sample that is not taken in is read by nobody. */
  private static CompletableFuture<BatchOutput<ModelOutput>> submit(
      Sample sample, Pending pending, ServedModel model) {
    try {
      return model.submit(sample, pending.deadline.startNanos());
    } catch (RuntimeException | Error e) {
      sample.release();
      throw e;
    }
  }

  /**
   * A model that is unloaded after a request found it rejects the request; where another version
   * has taken its place, that one scores it, from the decode on: a sample fits its own model only.
   */
  private void failed(Pending pending, ServedModel model, Throwable failure) {
    Optional<ServedModel> successor =
        failure instanceof RejectedException rejected
                && rejected.reason() == RejectedException.Reason.DRAINING
            ? models
                .find(pending.request.model(), pending.request.version())
                .filter(other -> other != model)
            : Optional.empty();
    successor.ifPresentOrElse(
        other -> passOn(pending, other),
        () -> pending.answer.completeExceptionally(waited(pending, failure)));
  }

  /**
   * What may not wait any longer may yet have time: it is worth another try, elsewhere or later.
   */
  private Throwable waited(Pending pending, Throwable failure) {
    return failure instanceof RejectedException rejected
            && rejected.reason() == RejectedException.Reason.DEADLINE
            && pending.deadline.isAhead(clock.nanoTime())
        ? new RejectedException(RejectedException.Reason.QUEUE_WAIT)
        : failure;
  }

  private void passOn(Pending pending, ServedModel successor) {
    successor.backlog().takeOver();
    var unused = pending.answer.whenComplete((result, failure) -> successor.backlog().leave());
    decode(pending, successor);
  }

  private static ScoreResult result(
      ScoreRequest request,
      ModelDescription model,
      BatchOutput<ModelOutput> output,
      Duration decode) {
    return ScoreResult.of(
        model,
        output.output(),
        request.topK().orElse(model.topK()),
        new ScoreResult.Timing(decode, output.queued(), output.ran(), output.batchSize()));
  }
}
