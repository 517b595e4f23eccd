package io.lynxeye.tracing;

import io.lynxeye.scoring.TraceContext;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The ids of a request's own span are those that its answer has told already; the spans below it
 * have any. Spans are made on the thread that asks for them: who holds the lock alone sees what it
 * has put here, and it is held for a microsecond.
 */
final class ServerSpanIds implements IdGenerator {

  private Optional<TraceContext> next = Optional.empty();

  /** What is made in here has the request's ids. */
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
