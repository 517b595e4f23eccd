package io.lynxeye.serving.admission;

import io.lynxeye.serving.admission.RejectedException.Reason;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the server's requests in flight and the bytes of their bodies, so that a flood waits in
 * its clients' sockets, or is rejected, instead of exhausting the heap. A body reserves its bytes
 * before it is read. Of bodies of which a part has arrived, and which need more memory than there
 * is, one at a time may exceed the limit: otherwise they would wait for each other. Never blocks;
 * called on event loops.
 */
public final class RequestLimiter {

  private final int maxRequests;
  private final long maxBytes;
  private final long maxOutside;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger arriving = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong outside = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();

  private final AtomicLong grants = new AtomicLong();

  /** Guarded by itself. */
  private final BodyQueue queue = new BodyQueue(new Memory());

  private final class Memory implements BodyQueue.Memory {

    @Override
    public boolean tryReserve(long more, boolean isPartial) {
      return RequestLimiter.this.tryReserve(more, isPartial);
    }

    @Override
    public void exceed(long more) {
      bytes.addAndGet(more);
    }

    @Override
    public long grants() {
      return grants.get();
    }
  }

  /**
   * @param maxRequests requests in flight; one with several images counts once for each
   * @param maxBytes bytes of all bodies in the heap
   */
  public RequestLimiter(int maxRequests, long maxBytes) {
    this(maxRequests, maxBytes, maxBytes);
  }

  /**
   * @param maxOutside bytes of bodies in buffers outside the heap, which cannot be held back in
   *     their sockets
   */
  public RequestLimiter(int maxRequests, long maxBytes, long maxOutside) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
    this.maxOutside = maxOutside;
  }

  /**
   * A permit for a request whose body begins to arrive. It only counts the bytes received so far;
   * the request is in flight from {@link RequestPermit#admit} on, so that slow uploads do not block
   * other requests.
   *
   * @throws RejectedException {@code TOO_BUSY} if it could not be admitted at this moment
   */
  public RequestPermit acquire() {
    if (available() <= 0) {
      throw new RejectedException(Reason.TOO_BUSY);
    }
    arriving.incrementAndGet();
    return new RequestPermit();
  }

  /** Requests whose body is arriving. */
  public int arriving() {
    return arriving.get();
  }

  /** Requests in flight. */
  public int requests() {
    return requests.get();
  }

  /** Further requests that would be admitted. */
  public int available() {
    return maxRequests - requests.get();
  }

  /** Bytes of bodies in memory, and those reserved for bodies that are being read. */
  public long bytes() {
    return bytes.get() + outside.get();
  }

  /** Bodies that are not read yet, because others take the memory for them. */
  public int waiting() {
    return waiting.get();
  }

  /**
   * Three quarters can be reserved; the rest is for what no client announces (unpacked bodies,
   * tensors, responses), for small bodies, and for bodies of which a part has arrived. A body that
   * is alone may be of any size.
   */
  private boolean tryReserve(long more, boolean isPartial) {
    long most = (isPartial || isSmall(more) ? maxBytes : maxBytes / 4 * 3) - more;
    boolean[] fits = {true};
    bytes.updateAndGet(
        n -> {
          fits[0] = n <= most || n == 0;
          return fits[0] ? n + more : n;
        });
    if (fits[0]) {
      grants.incrementAndGet();
    }
    return fits[0];
  }

  /** A flood of large bodies does not hold up small ones. */
  private boolean isSmall(long body) {
    return body <= maxBytes / 1024;
  }

  private void release(long freed) {
    bytes.addAndGet(-freed);
    grantWaiting();
  }

  /** The bodies are read on other threads, or at least outside the lock. */
  private void grantWaiting() {
    while (waiting.get() > 0) {
      Optional<BodyQueue.Body> next;
      synchronized (queue) {
        next = queue.poll();
      }
      if (next.isEmpty()) {
        return;
      }
      waiting.decrementAndGet();
      next.get().permit().granted(next.get());
    }
  }

  /** A failure of the body that is granted is no failure of the one whose end freed its bytes. */
  private static void run(Runnable granted) {
    try {
      granted.run();
    } catch (RuntimeException | Error e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  /**
   * The permit of one request, held from its first byte until it is closed with the response or the
   * failure. Used by one thread at a time.
   */
  public final class RequestPermit implements Permit {

    private final AtomicBoolean closed = new AtomicBoolean();
    private Optional<BodyQueue.Body> body = Optional.empty();
    private int images;
    private long held;
    private long reserved;
    private long heldOutside;
    private boolean isAnswered;

    private RequestPermit() {}

    /**
     * Makes the complete request count as in flight, once for each of its images. Repeated calls
     * may raise that number.
     *
     * @throws RejectedException {@code TOO_BUSY}; the permit still counts what it did before
     */
    public void admit(int count) {
      int more = count - images;
      if (more <= 0) {
        return;
      }
      int most = maxRequests - more;
      if (requests.getAndUpdate(n -> n <= most ? n + more : n) > most) {
        throw new RejectedException(Reason.TOO_BUSY);
      }
      if (images == 0) {
        arriving.decrementAndGet();
      }
      images = count;
    }

    /**
     * Reserves bytes of a body: before it is read, and again if it was so slow that it lost what
     * was reserved. Not to be called while it waits.
     *
     * @param model whose turn it takes
     * @param more bytes that are to arrive, as far as they are known
     * @param granted runs when the bytes are free, if they are not now; on any thread, not after
     *     the permit is closed
     * @return whether they are reserved already
     */
    public boolean reserve(String model, long more, Runnable granted) {
      boolean mayPass = waiting.get() == 0 || (isSmall(more) && !queue.isBlocked());
      boolean isPartial = held > 0;
      if (mayPass && tryReserve(more, isPartial)) {
        synchronized (this) {
          reserved += more;
        }
        return true;
      }
      long patience = grants.get() + waiting.get();
      BodyQueue.Body mine = new BodyQueue.Body(model, isPartial, this, more, patience, granted);
      body = Optional.of(mine);
      synchronized (queue) {
        queue.add(mine);
        waiting.incrementAndGet();
      }
      grantWaiting(); // What was in the way may have ended in between.
      return false;
    }

    /** Whether so many bytes are reserved, and have not arrived. */
    public synchronized boolean isReserved(long more) {
      return reserved >= more;
    }

    private void granted(BodyQueue.Body mine) {
      boolean isLate;
      synchronized (this) {
        isLate = closed.get();
        reserved += isLate ? 0 : mine.bytes();
      }
      if (isLate) {
        release(mine.bytes());
      } else {
        run(mine.granted());
      }
    }

    /**
     * Gives back what was reserved and has not arrived, except this much: a slow body keeps no
     * memory from others.
     */
    public void keepReserved(long atMost) {
      long surplus;
      synchronized (this) {
        surplus = Math.max(0, reserved - atMost);
        reserved -= surplus;
      }
      if (surplus > 0) {
        release(surplus);
      }
    }

    /**
     * Counts further bytes in memory, first those that were reserved.
     *
     * @throws RejectedException {@code TOO_BUSY}; the permit still holds what it did before
     */
    public void hold(long more) {
      if (!tryHold(more)) {
        throw new RejectedException(Reason.TOO_BUSY);
      }
    }

    /**
     * Counts further bytes in buffers outside the heap.
     *
     * @throws RejectedException {@code TOO_BUSY}; the permit still holds what it did before
     */
    public synchronized void holdOutside(long more) {
      long most = maxOutside - more;
      if (outside.getAndUpdate(n -> n <= most ? n + more : n) > most) {
        throw new RejectedException(Reason.TOO_BUSY);
      }
      heldOutside += more;
    }

    /** The bytes outside the heap were read, or are dropped. */
    public synchronized void releaseOutside() {
      outside.addAndGet(-heldOutside);
      heldOutside = 0;
    }

    private synchronized boolean tryHold(long more) {
      long known = Math.min(reserved, more);
      long unknown = more - known;
      long most = maxBytes - unknown; // One atomic step: a huge request must not block small ones.
      if (unknown > 0 && bytes.getAndUpdate(n -> n <= most ? n + unknown : n) > most) {
        return false;
      }
      reserved -= known;
      held += more;
      return true;
    }

    /**
     * The request is answered, and its response goes out at the client's pace: from now on only the
     * response's bytes count.
     *
     * @throws RejectedException {@code TOO_BUSY} when there are too many bytes in memory; a
     *     response that is alone may be of any size
     */
    public void answered(long responseBytes) {
      keepReserved(0);
      long own = held;
      long more = responseBytes - own;
      boolean[] fits = {true};
      bytes.updateAndGet(
          n -> {
            fits[0] = more <= 0 || n <= own || n + more <= maxBytes;
            return fits[0] ? n + more : n;
          });
      if (!fits[0]) {
        throw new RejectedException(Reason.TOO_BUSY);
      }
      held = responseBytes;
      requests.addAndGet(-images);
      isAnswered = true;
      endSeniority();
      grantWaiting();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        if (!isAnswered && images > 0) {
          requests.addAndGet(-images);
        } else if (!isAnswered) {
          arriving.decrementAndGet();
        }
        releaseOutside();
        endSeniority();
        release(held());
      }
    }

    private void endSeniority() {
      synchronized (queue) {
        queue.ended(this);
      }
    }

    private long held() {
      body.ifPresent(this::withdraw);
      synchronized (this) {
        return held + reserved;
      }
    }

    private void withdraw(BodyQueue.Body mine) {
      synchronized (queue) {
        if (queue.remove(mine)) {
          waiting.decrementAndGet();
        }
      }
    }
  }
}
