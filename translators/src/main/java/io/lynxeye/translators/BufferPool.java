package io.lynxeye.translators;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * Reusable buffers: never more than were in use at once. The buffer returned last is taken first,
 * so that after a peak the others stay idle; idle ones are softly referenced, so that the garbage
 * collector frees them after a while. Thread-safe.
 *
 * @param <T> the buffers; their content is not cleared
 */
public final class BufferPool<T> {

  private final Supplier<? extends T> maker;
  private final Deque<SoftReference<T>> idle = new ArrayDeque<>();

  /**
   * Creates an empty pool.
   *
   * @param maker creates a buffer when none is idle
   */
  public BufferPool(Supplier<? extends T> maker) {
    this.maker = maker;
  }

  /** An idle buffer or a new one, for the caller alone until it is given back. */
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

  /** Returns a buffer, which the caller must not use afterwards; returning it is optional. */
  public synchronized void giveBack(T spare) {
    idle.push(new SoftReference<>(spare));
  }
}
