package io.lynxeye.http.exchange;

import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.scoring.ScoreResult;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Reports in the response headers how long each stage of a scored request took, and the trace that
 * it belongs to. Written when the headers are sent, so that it works for every protocol.
 */
public final class ServerTiming {

  private static final double NANOS = 1e6; // In a millisecond.

  private ServerTiming() {}

  static void announce(RoutingContext ctx) {
    ctx.addHeadersEndHandler(headers -> put(ctx, Exchange.of(ctx).context()));
  }

  private static void put(RoutingContext ctx, RequestContext context) {
    ctx.response().putHeader("traceparent", context.call().trace().traceparent());
    if (!context.call().trace().state().isEmpty()) {
      ctx.response().putHeader("tracestate", context.call().trace().state());
    }
    List<ScoreResult.Timing> timings = context.timings();
    if (!timings.isEmpty()) {
      ctx.response()
          .putHeader(
              "Server-Timing",
              stage("decode", timings, ScoreResult.Timing::decode)
                  + stage("queue", timings, ScoreResult.Timing::queue)
                  + stage("engine", timings, ScoreResult.Timing::engine)
                  + duration("total", context.elapsed()));
    }
  }

  /** The longest of several images: they are processed in parallel. */
  private static String stage(
      String name, List<ScoreResult.Timing> timings, Function<ScoreResult.Timing, Duration> stage) {
    Duration longest = timings.stream().map(stage).max(Comparator.naturalOrder()).orElseThrow();
    return duration(name, longest) + ", ";
  }

  private static String duration(String name, Duration time) {
    return name + ";dur=" + millis(time);
  }

  /** Milliseconds with one decimal. */
  public static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toNanos() / NANOS);
  }
}
