package io.lynxeye.serving.admission;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * Limits the prepared inputs of one model: images are decoded shortly before a worker is free, and
 * wait as the files they came as, which are far smaller. A permit is for one input, from before it
 * is decoded until its inference call ends. Thread-safe.
 */
public final class PreparedLimiter {

  private final IntSupplier limit;
  private int inUse;
  private Optional<Runnable> waiting = Optional.empty();

  /**
   * @param limit the most prepared inputs; may change
   */
  public PreparedLimiter(IntSupplier limit) {
    this.limit = limit;
  }

  /**
   * Acquires a permit, if one is free.
   *
   * @param whenFree runs once when a permit becomes free, if none was; replaces that of an earlier
   *     call. Runs on any thread.
   */
  public synchronized Optional<Permit> tryAcquire(Runnable whenFree) {
    if (inUse >= Math.max(1, limit.getAsInt())) {
      waiting = Optional.of(whenFree);
      return Optional.empty();
    }
    inUse++;
    AtomicBoolean open = new AtomicBoolean(true);
    return Optional.of(
        () -> {
          if (open.compareAndSet(true, false)) {
            release().ifPresent(Runnable::run);
          }
        });
  }

  private synchronized Optional<Runnable> release() {
    inUse--;
    Optional<Runnable> next = waiting;
    waiting = Optional.empty();
    return next;
  }

  /** Prepared inputs in memory, and those that are being decoded. */
  public synchronized int inUse() {
    return inUse;
  }
}
