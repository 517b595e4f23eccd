package io.lynxeye.serving.observation;

import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.scoring.ModelLabel;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collects the facts about one request and notifies the listener once, at its end. A protocol
 * reports that it is a scoring request ({@link #scoring}), which model it names, and its outcome:
 *
 * <pre>{@code
 * RequestContext notes = new RequestContext(call, listener, NanoClock.SYSTEM);
 * notes.scoring("grpc");
 * notes.model(service.models().label(model, version));
 * notes.scored(image, result); // or notes.failed(Outcome.of(exception))
 * notes.ended(200, bodyBytes); // or notes.abandoned(bodyBytes)
 * }</pre>
 *
 * Thread-safe.
 */
public final class RequestContext {

  private final Call call;
  private final RequestListener listener;
  private final NanoClock clock;
  private final long start;
  private final List<ScoreResult.Timing> timings = new ArrayList<>();
  private String protocol = "";
  private String key = "";
  private ModelLabel model = ModelLabel.UNKNOWN;
  private int images;
  private Optional<Outcome> outcome = Optional.empty();
  private Duration scoredAfter = Duration.ZERO;
  private boolean ended;

  /** Starts the measurement of time. */
  public RequestContext(Call call, RequestListener listener, NanoClock clock) {
    this.call = call;
    this.listener = listener;
    this.clock = clock;
    this.start = clock.nanoTime();
  }

  public Call call() {
    return call;
  }

  /** Marks this as a scoring request. */
  public synchronized void scoring(String inProtocol) {
    protocol = inProtocol;
  }

  /** Sets the name of the caller's key, from the configuration; none until then. */
  public synchronized void key(String name) {
    key = name;
  }

  /** Sets the model that it names; unknown until then. */
  public synchronized void model(ModelLabel named) {
    model = named;
  }

  /** Sets the number of images to score. */
  public synchronized void images(int count) {
    images = count;
  }

  /** Reports that one of its images was scored. */
  public void scored(ModelInput image, ScoreResult result) {
    synchronized (this) {
      timings.add(result.timing());
      model = ModelLabel.of(result.model().id()); // Another version may have replaced it.
      scoredAfter = elapsed();
    }
    listener.scored(call, image, result);
  }

  /** Reports a failure; only the first one counts. */
  public synchronized void failed(Outcome failure) {
    outcome = outcome.or(() -> Optional.of(failure));
  }

  /** Whether a failure was reported. */
  public synchronized boolean isFailed() {
    return outcome.isPresent();
  }

  /** The time since its arrival. */
  public Duration elapsed() {
    return Duration.ofNanos(clock.nanoTime() - start);
  }

  /** The timings of the images scored so far. */
  public synchronized List<ScoreResult.Timing> timings() {
    return List.copyOf(timings);
  }

  /** Reports its response. Idempotent, also with {@link #abandoned}. */
  public void ended(int status, long bodyBytes) {
    Outcome how;
    synchronized (this) {
      how = outcome.orElseGet(() -> Outcome.ofStatus(status, ""));
    }
    end(how, status, bodyBytes);
  }

  /** Reports that its client disconnected before the response. Idempotent, like {@link #ended}. */
  public void abandoned(long bodyBytes) {
    end(Outcome.of(Outcome.Kind.ABANDONED), 0, bodyBytes);
  }

  private void end(Outcome how, int status, long bodyBytes) {
    Optional<RequestSummary> summary;
    Duration total = elapsed();
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      summary =
          protocol.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new RequestSummary(
                      call,
                      protocol,
                      key,
                      model,
                      images,
                      how,
                      status,
                      bodyBytes,
                      total,
                      scoredAfter,
                      timings));
    }
    summary.ifPresentOrElse(listener::ended, () -> listener.other(call, status, bodyBytes, total));
  }
}
