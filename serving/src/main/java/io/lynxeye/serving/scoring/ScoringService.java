package io.lynxeye.serving.scoring;

import io.lynxeye.serving.admission.Deadline;
import io.lynxeye.serving.admission.Permit;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.TimeLimits;
import io.lynxeye.serving.batching.BatchOutput;
import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * Scores images: finds the model, acquires its permits, decodes on the decode pool, submits to the
 * model's batcher and selects the best classes. Images are decoded before they are batched, so an
 * invalid one never takes part in a batch.
 */
public final class ScoringService {

  private final ModelResolver models;
  private final DecodeExecutor decodes;
  private final IntSupplier available;
  private final TimeLimits limits;
  private final NanoClock clock;
  private final ScoreListener listener;

  /**
   * @param models resolves the model that a request names
   * @param decodes runs the decoding
   * @param available further requests that the server would admit, for any model; a model may have
   *     at most that many images in flight, so that a flood of requests to it leaves permits for
   *     the others
   * @param limits a request that takes longer fails
   * @param listener receives what was scored
   */
  public ScoringService(
      ModelResolver models,
      DecodeExecutor decodes,
      IntSupplier available,
      TimeLimits limits,
      NanoClock clock,
      ScoreListener listener) {
    this.models = models;
    this.decodes = decodes;
    this.available = available;
    this.limits = limits;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Checks whether a request would be admitted now, before its body is read. No guarantee that it
   * will be.
   *
   * @param timeLeft as {@link ScoreRequest#timeLeft}
   * @throws RejectedException {@code QUEUE_FULL}, {@code NO_TIME} or {@code CLIENT_TIME}
   */
  public void check(Optional<String> model, VersionChoice version, Optional<Duration> timeLeft) {
    Optional<ServedModel> found = models.find(model, version);
    if (found.isPresent()) {
      orByStandIn(
          found.get(),
          models.standIn(model, version, found.get()),
          one -> {
            one.limiter().check(1, available.getAsInt(), deadline(timeLeft));
            return one;
          });
    }
  }

  /** What a version does, or the one that stands in for an overloaded canary. */
  private static <T> T orByStandIn(
      ServedModel model, Optional<ServedModel> standIn, Function<ServedModel, T> work) {
    try {
      return work.apply(model);
    } catch (RejectedException e) {
      return work.apply(standIn.orElseThrow(() -> e));
    }
  }

  /**
   * Reads a request for the version that is to score it, or for the serving one if a canary takes
   * other inputs.
   *
   * @throws InvalidInputException if neither takes it
   * @throws ModelNotFoundException if no such model is available
   */
  public <T> ModelResolver.Read<T> read(
      Optional<String> model, VersionChoice version, ModelResolver.Reader<T> reader)
      throws InvalidInputException {
    return models.read(model, version, reader, listener);
  }

  /**
   * Counts an image among those ahead of others: its request passed {@link #check}, and waits for
   * the server to read its body. To be closed when it is scored.
   */
  public Permit expect(Optional<String> model, VersionChoice version) {
    return models.find(model, version).map(found -> found.limiter().expect()).orElse(() -> {});
  }

  /**
   * Scores a request's only image. Never blocks; callable from an event loop. Cancelling the future
   * (because the client has disconnected) removes the image from the queue.
   *
   * @return completes with the result; or fails with {@link InvalidInputException} (not an image
   *     this model can score), {@link RejectedException} (overload, deadline, draining, the
   *     client's own time limit), {@link TimeoutException} (not scored in time), or the engine's
   *     failure. Dependents run on a decode or a worker thread, so they must be short.
   * @throws ModelNotFoundException if no such model is available
   * @throws RejectedException {@code NOT_READY} while the model is not loaded yet; {@code
   *     QUEUE_FULL}, {@code NO_TIME} or {@code CLIENT_TIME} if it is overloaded
   */
  public CompletableFuture<ScoreResult> score(ScoreRequest request) {
    return inTime(request, begin(request).get(0));
  }

  /**
   * Scores all images of a request as one unit: admitted all or none, scored by one version,
   * results in the order of the images; if one fails, the request fails. Otherwise like {@link
   * #score}.
   *
   * @throws InvalidInputException if there are more images than the model can ever admit at once
   */
  public CompletableFuture<List<ScoreResult>> scoreAll(ScoreRequest request)
      throws InvalidInputException {
    models.requireCapacity(request);
    return inTime(
        request, new JointAnswer(() -> begin(request), () -> begin(request.byServing())).begin());
  }

  /** Fails the answer when the time is up, in a way that says whose limit it was. */
  @SuppressWarnings("FutureReturnValueIgnored") // The dependents do not throw.
  private <T> CompletableFuture<T> inTime(ScoreRequest request, CompletableFuture<T> answer) {
    long nanos = Math.max(1, limits.until(request.timeLeft()).minus(request.waited()).toNanos());
    if (!limits.isClients(request.timeLeft())) {
      return answer.orTimeout(nanos, TimeUnit.NANOSECONDS);
    }
    CompletableFuture<Void> timer =
        new CompletableFuture<Void>().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
    timer.thenRun(() -> answer.completeExceptionally(clientDeadline()));
    answer.whenComplete((result, failure) -> timer.complete(null)); // Which cancels it.
    return answer;
  }

  private static RejectedException clientDeadline() {
    return new RejectedException(RejectedException.Reason.CLIENT_DEADLINE);
  }

  /** Acquires permits for all images of a request, then starts to decode them. */
  private List<CompletableFuture<ScoreResult>> begin(ScoreRequest request) {
    ServedModel chosen = models.require(request.model(), request.version());
    Optional<ServedModel> standIn = models.standIn(request.model(), request.version(), chosen);
    return orByStandIn(
        chosen, standIn, model -> begin(request, model, model == chosen && standIn.isPresent()));
  }

  private List<CompletableFuture<ScoreResult>> begin(
      ScoreRequest request, ServedModel model, boolean isCanary) {
    long now = clock.nanoTime();
    Deadline deadline = limits.deadline(request.timeLeft(), now - request.waited().toNanos());
    List<Permit> permits =
        model.limiter().acquire(request.inputs().size(), available.getAsInt(), deadline);
    List<CompletableFuture<ScoreResult>> answers = new ArrayList<>();
    for (int i = 0; i < permits.size(); i++) {
      CompletableFuture<ScoreResult> answer = new CompletableFuture<>();
      answers.add(answer);
      if (isCanary) {
        var unused = answer.whenComplete((result, failure) -> late(model, deadline, failure));
      }
      ModelInput input = request.inputs().get(i);
      decode(
          new Pending(request, input, i, now, deadline, Optional.empty(), answer),
          model,
          permits.get(i));
    }
    return answers;
  }

  /** A canary that hangs fails nothing itself: the time of its callers is over. */
  private void late(ServedModel canary, Deadline deadline, Throwable failure) {
    boolean isGivenUp =
        failure instanceof CancellationException || failure instanceof TimeoutException;
    if (isGivenUp && clock.nanoTime() - deadline.serverEndNanos() >= 0) {
      listener.failed(canary);
    }
  }

  private Deadline deadline(Optional<Duration> requested) {
    return limits.deadline(requested, clock.nanoTime());
  }

  /**
   * How long a request may wait for memory, before it is admitted.
   *
   * @param timeLeft as {@link ScoreRequest#timeLeft}
   */
  public Duration maxWait(Optional<Duration> timeLeft) {
    return limits.maxWait(timeLeft);
  }

  /** Resolves the model that a request names. */
  public ModelResolver models() {
    return models;
  }

  private void decode(Pending pending, ServedModel model, Permit permit) {
    var unused = pending.answer().whenComplete((result, failure) -> permit.close());
    try {
      decodes.execute(
          model.id().toString(), // Versions take turns too: an old one must not block a new one.
          model.prepared(),
          pending.answer(),
          prepared -> decodeAndSubmit(pending, model, prepared));
    } catch (RejectedExecutionException e) { // The server is stopping.
      pending
          .answer()
          .completeExceptionally(new RejectedException(RejectedException.Reason.DRAINING));
    } catch (RuntimeException | Error e) { // No memory or no threads.
      pending.answer().completeExceptionally(e);
    }
  }

  /**
   * @param prepared the permit for the prepared input
   */
  private void decodeAndSubmit(Pending pending, ServedModel model, Permit prepared) {
    boolean isSubmitted = false;
    try {
      isSubmitted = submitIfAlive(pending, model, prepared);
    } catch (InvalidInputException e) {
      model.limiter().completed(1);
      failed(pending, model, e);
    } catch (Throwable e) { // Also an OutOfMemoryError: only this request fails.
      failed(pending, model, e);
    } finally {
      if (!isSubmitted) {
        prepared.close();
      }
    }
  }

  /** Returns whether the image waits for the engine, and will close the permit. */
  @SuppressWarnings("FutureReturnValueIgnored") // What the dependents could throw, they do not.
  private boolean submitIfAlive(Pending pending, ServedModel model, Permit prepared)
      throws InvalidInputException {
    CompletableFuture<ScoreResult> answer = pending.answer();
    if (answer.isDone()) {
      return false; // Timed out or abandoned: decoding it would be wasted work.
    }
    long start = clock.nanoTime();
    if (pending.deadline().isOver(start)) {
      throw new RejectedException(RejectedException.Reason.DEADLINE);
    }
    PreparedInput sample = model.prepare(pending.input());
    Duration waited = Duration.ofNanos(start - pending.acceptedNanos());
    Duration decode = Duration.ofNanos(clock.nanoTime() - start);
    if (answer.isDone()) {
      sample.release();
      return false;
    }
    CompletableFuture<BatchOutput<ModelOutput>> job = submit(sample, pending, model);
    answer.whenComplete((result, failure) -> job.cancel(false));
    job.whenComplete(
        (output, failure) -> {
          prepared.close();
          if (failure == null) {
            complete(pending, model, output, waited, decode);
          } else {
            failed(pending, model, Failures.attributed(pending.input(), failure));
          }
        });
    return true;
  }

  private void complete(
      Pending pending,
      ServedModel model,
      BatchOutput<ModelOutput> output,
      Duration waited,
      Duration decode) {
    try {
      ScoreResult.Timing timing =
          new ScoreResult.Timing(
              decode, waited.plus(output.queued()), output.ran(), output.batchSize());
      ScoreResult result = result(pending.request(), model.description(), output.output(), timing);
      if (pending.answer().complete(result)
          && pending.request().version() instanceof VersionChoice.Newest newest) {
        listener.scored(
            model,
            new ScoreListener.Scored(
                newest.origin().requestId(), pending.number(), pending.input(), result));
        pending.failed().ifPresent(listener::failed);
      }
    } catch (RuntimeException | Error e) { // Such as no memory: a future would swallow it.
      pending.answer().completeExceptionally(e);
    }
  }

  /** Submits a sample, or releases it if the batcher rejects it. */
  private static CompletableFuture<BatchOutput<ModelOutput>> submit(
      PreparedInput sample, Pending pending, ServedModel model) {
    try {
      return model.submit(sample, pending.deadline().startNanos());
    } catch (RuntimeException | Error e) {
      sample.release();
      throw e;
    }
  }

  /**
   * A version that is unloaded after a request found it rejects the request. If another version has
   * replaced it, that one scores the image, from the decode on: a sample fits its own model only.
   * So does the serving version, once, if a canary failed. If it refuses the image too, the canary
   * was right.
   */
  private void failed(Pending pending, ServedModel model, Throwable failure) {
    Optional<ServedModel> successor =
        Failures.isDraining(failure)
            ? models.find(pending.request().model(), pending.request().version())
            : Optional.empty();
    if (successor.filter(other -> other != model && !pending.hasFailed(other)).isPresent()) {
      decode(pending, successor.get(), successor.get().limiter().takeOver());
    } else if (!fallsBack(pending, model, failure)) {
      pending.answer().completeExceptionally(reported(pending, model, failure));
    }
  }

  /** Has the serving version score what a canary failed on. */
  private boolean fallsBack(Pending pending, ServedModel model, Throwable failure) {
    ScoreRequest request = pending.request();
    Optional<ServedModel> standIn =
        Failures.isOfVersion(failure) && pending.failed().isEmpty()
            ? models.standIn(request.model(), request.version(), model)
            : Optional.empty();
    try {
      if (standIn.isPresent()) {
        Pending next = pending.after(model, pending.input().fitted(standIn.get().description()));
        decode(next, standIn.get(), standIn.get().limiter().takeOver());
        return true;
      }
    } catch (InvalidInputException e) { // It takes other tensors.
      if (!(failure instanceof InvalidInputException)) {
        listener.failed(model);
      }
    }
    return false;
  }

  /**
   * Past the maximum queue time but before the deadline, a retry can succeed: reported as such. So
   * is a deadline that the client set.
   */
  private Throwable reported(Pending pending, ServedModel model, Throwable failure) {
    Optional<Duration> timeLeft = pending.request().timeLeft();
    if (!(failure instanceof RejectedException rejected)
        || rejected.reason() != RejectedException.Reason.DEADLINE) {
      return failure;
    }
    if (pending.deadline().isAhead(clock.nanoTime())) {
      return new RejectedException(
          RejectedException.Reason.QUEUE_WAIT, model.limiter().retryAfter(deadline(timeLeft)));
    }
    return limits.isClients(timeLeft) ? clientDeadline() : failure;
  }

  private static ScoreResult result(
      ScoreRequest request, ModelDescription model, ModelOutput output, ScoreResult.Timing timing) {
    return ScoreResult.of(model, output, request.topK().orElse(model.topK()), timing);
  }
}
