package io.lynxeye.translators;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Buffers that are used again instead of becoming garbage: never more than were in use at once. The
 * one given back last is taken first, so that after a peak the others lie idle, and are held
 * softly, so that the garbage collector takes them when they have done so for a while. Thread-safe.
 *
 * @param <T> the buffers; what they hold is left in them
 */
public final class BufferPool<T> {

  private final Supplier<? extends T> maker;
  private final Deque<SoftReference<T>> idle = new ArrayDeque<>();

  /**
   * @param maker makes a new one where no spare one is left
   */
  public BufferPool(Supplier<? extends T> maker) {
    this.maker = maker;
  }

  /** A spare one, or a new one; the caller's alone until given back. */
  public T take() {
    T spare = poll();
    return spare == null ? maker.get() : spare;
  }

  private synchronized T poll() {
    T spare = null;
    while (spare == null && !idle.isEmpty()) {
      spare = idle.pop().get();
    }
    return spare;
  }

  /** Whoever gives one back must not use it any more; one that never comes back is just garbage. */
  public synchronized void giveBack(T spare) {
    idle.push(new SoftReference<>(spare));
  }
}
