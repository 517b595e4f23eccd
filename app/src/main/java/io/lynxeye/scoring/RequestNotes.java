package io.lynxeye.scoring;

import io.lynxeye.batching.NanoClock;
import io.lynxeye.lifecycle.ModelInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is noted of one request on its way; its listener is told once, at the end. A protocol says
 * that it is one to score ({@link #scoring}), which model it means, and what came of it:
 *
 * <pre>{@code
 * RequestNotes notes = new RequestNotes(call, listener, NanoClock.SYSTEM);
 * notes.scoring("grpc");
 * notes.model(service.models().label(model, version));
 * notes.scored(picture, result); // or notes.failed(Outcome.of(exception))
 * notes.ended(200, bodyBytes); // or notes.abandoned(bodyBytes)
 * }</pre>
 *
 * Thread-safe.
 */
public final class RequestNotes {

  private final Call call;
  private final RequestListener listener;
  private final NanoClock clock;
  private final long start;
  private final List<ScoreResult.Timing> timings = new ArrayList<>();
  private String protocol = "";
  private ModelLabel model = ModelLabel.UNKNOWN;
  private int pictures;
  private Optional<Outcome> outcome = Optional.empty();
  private Duration scoredAfter = Duration.ZERO;
  private boolean ended;

  /** The clock starts now. */
  public RequestNotes(Call call, RequestListener listener, NanoClock clock) {
    this.call = call;
    this.listener = listener;
    this.clock = clock;
    this.start = clock.nanoTime();
  }

  public Call call() {
    return call;
  }

  /** This is a request to score. */
  public synchronized void scoring(String inProtocol) {
    protocol = inProtocol;
  }

  /** Which model it means; unknown until told. */
  public synchronized void model(ModelLabel meant) {
    model = meant;
  }

  /** How many pictures it asks to score. */
  public synchronized void pictures(int asked) {
    pictures = asked;
  }

  /** One of its pictures was scored. */
  public void scored(ModelInput picture, ScoreResult result) {
    synchronized (this) {
      timings.add(result.timing());
      model = ModelLabel.of(result.model().id()); // Another version may have taken its place.
      scoredAfter = elapsed();
    }
    listener.scored(call, picture, result);
  }

  /** It failed; only the first failure counts. */
  public synchronized void failed(Outcome failure) {
    outcome = outcome.or(() -> Optional.of(failure));
  }

  /** Whether it failed, as far as is known yet. */
  public synchronized boolean isFailed() {
    return outcome.isPresent();
  }

  /** Since it came in. */
  public Duration elapsed() {
    return Duration.ofNanos(clock.nanoTime() - start);
  }

  /** Of each picture that was scored yet. */
  public synchronized List<ScoreResult.Timing> timings() {
    return List.copyOf(timings);
  }

  /** It was answered. Idempotent, also with {@link #abandoned}. */
  public void ended(int status, long bodyBytes) {
    Outcome how;
    synchronized (this) {
      how = outcome.orElseGet(() -> Outcome.ofStatus(status));
    }
    end(how, status, bodyBytes);
  }

  /** Its client has gone before the answer was there. Idempotent, also with {@link #ended}. */
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
                      model,
                      pictures,
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
