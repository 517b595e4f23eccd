package io.lynxeye.serving.admission;

/** The right to have work in flight, granted by a limiter. Closing returns it; idempotent. */
@FunctionalInterface
public interface Permit extends AutoCloseable {

  @Override
  void close();
}
