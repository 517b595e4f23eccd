package io.lynxeye.fakes;

import io.lynxeye.batching.NanoClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import org.awaitility.Awaitility;

/**
 * Stands still until moved by hand. Who waits on it wakes every millisecond of real time to look at
 * it, so a test need not know who waits; what happens depends on the hand alone.
 */
public final class FakeClock implements NanoClock {

  // Near the overflow, which System.nanoTime may be at too.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
  private final AtomicLong waits = new AtomicLong();

  @Override
  public long nanoTime() {
    return now.get();
  }

  public void advance(Duration duration) {
    now.addAndGet(duration.toNanos());
  }

  /** The moment that lies this far ahead of now. */
  public long in(Duration duration) {
    return now.get() + duration.toNanos();
  }

  /** How often someone has begun to wait. */
  public long waits() {
    return waits.get();
  }

  /** Returns once who waits has looked at the clock as it stands now, and waits on. */
  public void awaitLook() {
    long before = waits.get();
    Awaitility.await().until(() -> waits.get() >= before + 2);
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
  public long await(Condition condition, long nanos) throws InterruptedException {
    waits.incrementAndGet();
    return condition.awaitNanos(TimeUnit.MILLISECONDS.toNanos(1));
  }
}
