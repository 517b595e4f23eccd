package io.lynxeye.serving.batching;

import java.util.concurrent.locks.Condition;

/** Monotonic time in nanoseconds; tests advance their own. */
public interface NanoClock {

  /** The system's clock. */
  NanoClock SYSTEM = System::nanoTime;

  long nanoTime();

  /**
   * Waits until signalled or for about that long; may wake early, so callers check the time again.
   *
   * @return about how much of the time was left
   */
  @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
  default long await(Condition condition, long nanos) throws InterruptedException {
    return condition.awaitNanos(nanos);
  }
}
