package io.lynxeye.telemetry.logging;

import io.lynxeye.serving.observation.Call;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.observation.RequestSummary;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs a line for every request, on the logger {@code access}; without headers and queries, which
 * may contain keys.
 */
public final class AccessLog implements RequestListener {

  private static final Logger log = LoggerFactory.getLogger("access");
  private static final int MAX_LENGTH = 200;
  private static final double NANOS = 1e6; // In a millisecond.

  @Override
  public void ended(RequestSummary request) {
    LoggingEventBuilder line =
        begin(request.call(), request.status(), request.bodyBytes(), request.total())
            .addKeyValue("protocol", request.protocol())
            .addKeyValue("model", request.model().name())
            .addKeyValue("version", request.model().version())
            .addKeyValue("outcome", request.outcome().kind().label());
    if (!request.key().isEmpty()) {
      line = line.addKeyValue("key", request.key());
    }
    if (!request.outcome().reason().isEmpty()) {
      line = line.addKeyValue("reason", request.outcome().reason());
    }
    if (!request.timings().isEmpty()) {
      line =
          line.addKeyValue("pictures", request.timings().size())
              .addKeyValue("decodeMs", longest(request, ScoreResult.Timing::decode))
              .addKeyValue("queueMs", longest(request, ScoreResult.Timing::queue))
              .addKeyValue("engineMs", longest(request, ScoreResult.Timing::engine));
    }
    end(line, request.call());
  }

  @Override
  public void other(Call call, int status, long bodyBytes, Duration total) {
    end(begin(call, status, bodyBytes, total), call);
  }

  private static LoggingEventBuilder begin(Call call, int status, long bytes, Duration total) {
    return log.atInfo()
        .addKeyValue("method", shortened(call.method()))
        .addKeyValue("path", shortened(call.path()))
        .addKeyValue("status", status)
        .addKeyValue("bytes", bytes)
        .addKeyValue("totalMs", millis(total));
  }

  private static void end(LoggingEventBuilder line, Call call) {
    line.addKeyValue("requestId", call.requestId())
        .addKeyValue("traceId", call.trace().traceId())
        .log("access");
  }

  private static String shortened(String text) {
    return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
  }

  private static double longest(
      RequestSummary request, Function<ScoreResult.Timing, Duration> stage) {
    return millis(
        request.timings().stream().map(stage).max(Comparator.naturalOrder()).orElseThrow());
  }

  /** Milliseconds with one decimal. */
  private static double millis(Duration time) {
    return Math.round(10 * time.toNanos() / NANOS) / 10.0;
  }
}
