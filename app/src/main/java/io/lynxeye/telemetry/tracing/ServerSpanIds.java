package io.lynxeye.telemetry.tracing;

import io.lynxeye.serving.observation.TraceContext;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives a request's span the ids that its response has already reported; child spans get random
 * ones. The ids are generated on the thread that creates the span, under a lock held for a
 * microsecond.
 */
final class ServerSpanIds implements IdGenerator {

  private Optional<TraceContext> next = Optional.empty();

  /** Runs the supplier, whose span gets the request's ids. */
  synchronized <T> T with(TraceContext trace, Supplier<T> made) {
    next = Optional.of(trace);
    try {
      return made.get();
    } finally {
      next = Optional.empty();
    }
  }

  @Override
  public synchronized String generateTraceId() {
    return next.map(TraceContext::traceId).orElseGet(IdGenerator.random()::generateTraceId);
  }

  @Override
  public synchronized String generateSpanId() {
    return next.map(TraceContext::spanId).orElseGet(IdGenerator.random()::generateSpanId);
  }
}
