package io.lynxeye.batching;

import java.util.concurrent.locks.Condition;

/** Monotonic time in nanoseconds; a test moves its own by hand. */
public interface NanoClock {

  /** The real one. */
  NanoClock SYSTEM = System::nanoTime;

  long nanoTime();

  /**
   * Waits until signalled or about that long; may wake early, so callers look at the clock again.
   *
   * @return about how much of the time was left
   */
  @SuppressWarnings("WaitNotInLoop") // The loop is the caller's: it looks at the clock again.
  default long await(Condition condition, long nanos) throws InterruptedException {
    return condition.awaitNanos(nanos);
  }
}
