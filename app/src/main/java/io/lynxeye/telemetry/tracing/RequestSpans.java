package io.lynxeye.telemetry.tracing;

import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.observation.RequestSummary;
import io.lynxeye.serving.observation.TraceContext;
import io.lynxeye.serving.scoring.ScoreResult;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Creates a span for each scoring request when it has ended, with child spans for the stages of its
 * images. The provider's processor sends spans on its own thread, and drops them rather than delay
 * a request.
 */
final class RequestSpans implements RequestListener, Closeable {

  private static final int MOST_IMAGES = 16; // With spans for their stages.
  private static final Duration SHUTDOWN = Duration.ofSeconds(3);

  private final SdkTracerProvider provider;
  private final ServerSpanIds ids;
  private final Tracer tracer;

  /**
   * Takes over the provider, which this closes.
   *
   * @param ids the provider's id generator
   */
  RequestSpans(SdkTracerProvider provider, ServerSpanIds ids) {
    this.provider = provider;
    this.ids = ids;
    this.tracer = provider.get("io.lynxeye");
  }

  @Override
  public void ended(RequestSummary request) {
    Call call = request.call();
    Span span =
        ids.with(
            call.trace(),
            () ->
                tracer
                    .spanBuilder(name(request))
                    .setSpanKind(SpanKind.SERVER)
                    .setParent(parent(call.trace()))
                    .setStartTimestamp(call.began())
                    .startSpan());
    describe(span, request);
    Context inside = Context.root().with(span);
    Instant scored = call.began().plus(request.scoredAfter());
    request.timings().stream()
        .limit(MOST_IMAGES)
        .forEach(timing -> stages(timing, inside, call.began(), scored));
    span.end(call.began().plus(request.total()));
  }

  /** Uses the path only if the model is known: unknown models and service names are unbounded. */
  private static String name(RequestSummary request) {
    boolean known = !request.model().version().isEmpty();
    String path = request.call().path();
    boolean isBounded = known && !path.startsWith("/api/");
    return request.call().method() + " " + (isBounded ? path : request.protocol());
  }

  private static Context parent(TraceContext trace) {
    return trace
        .parentId()
        .map(
            id ->
                Context.root()
                    .with(
                        Span.wrap(
                            SpanContext.createFromRemoteParent(
                                trace.traceId(),
                                id,
                                trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                                state(trace)))))
        .orElse(Context.root());
  }

  /** The builder ignores invalid entries, and puts the last one first. */
  private static TraceState state(TraceContext trace) {
    List<String> entries = new ArrayList<>(List.of(trace.state().split(",")));
    Collections.reverse(entries);
    TraceStateBuilder state = TraceState.builder();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        state.put(entry.substring(0, equals).strip(), entry.substring(equals + 1));
      }
    }
    return state.build();
  }

  private static void describe(Span span, RequestSummary request) {
    Outcome.Kind outcome = request.outcome().kind();
    span.setAttribute("http.request.method", request.call().method())
        .setAttribute("url.path", request.call().path())
        .setAttribute("lynxeye.request.id", request.call().requestId())
        .setAttribute("lynxeye.protocol", request.protocol())
        .setAttribute("lynxeye.outcome", outcome.label())
        .setAttribute("lynxeye.pictures", request.images())
        .setAttribute("http.request.body.size", request.bodyBytes());
    set(span, "lynxeye.model", request.model().name());
    set(span, "lynxeye.version", request.model().version());
    set(span, "error.type", request.outcome().reason());
    if (request.status() != 0) {
      span.setAttribute("http.response.status_code", request.status());
    }
    if (request.status() >= 500) { // By convention; other errors are the client's.
      span.setStatus(StatusCode.ERROR, outcome.label());
    }
  }

  private static void set(Span span, String name, String value) {
    if (!value.isEmpty()) {
      span.setAttribute(name, value);
    }
  }

  /** The stages follow each other, and the last one ends with the score. */
  private void stages(ScoreResult.Timing timing, Context inside, Instant began, Instant scored) {
    Instant engine = scored.minus(timing.engine());
    Instant queue = engine.minus(timing.queue());
    Instant decode = queue.minus(timing.decode());
    stage("decode", inside, decode.isBefore(began) ? began : decode).end(queue);
    stage("queue", inside, queue).end(engine);
    stage("engine", inside, engine)
        .setAttribute("lynxeye.batch.size", timing.batchSize())
        .end(scored);
  }

  private Span stage(String name, Context inside, Instant from) {
    return tracer.spanBuilder(name).setParent(inside).setStartTimestamp(from).startSpan();
  }

  /** Sends the remaining spans, for a few seconds at most. */
  @Override
  public void close() {
    provider.shutdown().join(SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
  }
}
