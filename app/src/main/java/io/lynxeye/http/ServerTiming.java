package io.lynxeye.http;

import io.lynxeye.scoring.RequestNotes;
import io.lynxeye.scoring.ScoreResult;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Tells in an answer's headers where a scored request's time went, and its place in the trace.
 * Written as the headers are, so that every protocol has them.
 */
final class ServerTiming {

  private static final double NANOS = 1e6; // In a millisecond.

  private ServerTiming() {}

  static void announce(RoutingContext ctx) {
    ctx.addHeadersEndHandler(headers -> put(ctx, Exchange.of(ctx).notes()));
  }

  private static void put(RoutingContext ctx, RequestNotes notes) {
    ctx.response().putHeader("traceparent", notes.call().trace().traceparent());
    if (!notes.call().trace().state().isEmpty()) {
      ctx.response().putHeader("tracestate", notes.call().trace().state());
    }
    List<ScoreResult.Timing> timings = notes.timings();
    if (!timings.isEmpty()) {
      ctx.response()
          .putHeader(
              "Server-Timing",
              stage("decode", timings, ScoreResult.Timing::decode)
                  + stage("queue", timings, ScoreResult.Timing::queue)
                  + stage("engine", timings, ScoreResult.Timing::engine)
                  + duration("total", notes.elapsed()));
    }
  }

  /** Of several pictures the longest: they run side by side. */
  private static String stage(
      String name, List<ScoreResult.Timing> timings, Function<ScoreResult.Timing, Duration> stage) {
    Duration longest = timings.stream().map(stage).max(Comparator.naturalOrder()).orElseThrow();
    return duration(name, longest) + ", ";
  }

  private static String duration(String name, Duration time) {
    return name + ";dur=" + millis(time);
  }

  /** With one decimal. */
  static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f", time.toNanos() / NANOS);
  }
}
