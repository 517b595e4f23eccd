package io.lynxeye.scoring;

import io.lynxeye.batching.RejectedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the server carries at once, by number of requests and by bytes of their bodies, so
 * that a flood meets a refusal instead of an exhausted heap. Lock-free; called on event loops.
 */
public final class Admission {

  private final int maxRequests;
  private final long maxBytes;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger arriving = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param maxRequests requests carried at once
   * @param maxBytes bytes of their bodies, together
   */
  public Admission(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  /**
   * Begins to receive a request. It holds the bytes that have come, and has no place among the
   * requests yet: as many may be on their way in as like, slowly too.
   *
   * @throws RejectedException {@code TOO_BUSY} when there is no place for it anyway
   */
  public Token receive() {
    if (places() <= 0) {
      throw new RejectedException(RejectedException.Reason.TOO_BUSY);
    }
    arriving.incrementAndGet();
    return new Token();
  }

  /** Requests on their way in. */
  public int arriving() {
    return arriving.get();
  }

  /** Requests carried now. */
  public int requests() {
    return requests.get();
  }

  /** Requests that may be admitted yet. */
  public int places() {
    return maxRequests - requests.get();
  }

  /** Bytes of bodies held now. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * One request from its first byte on; must be closed when it has its answer, however it ends.
   * Used by one thread at a time.
   */
  public final class Token implements AutoCloseable {

    private final AtomicBoolean closed = new AtomicBoolean();
    private int places = 1;
    private long held;
    private boolean admitted;

    private Token() {}

    /**
     * Takes a place, as the request is whole now. Idempotent.
     *
     * @throws RejectedException {@code TOO_BUSY}
     */
    public void admit() {
      if (admitted) {
        return;
      }
      if (requests.getAndUpdate(n -> n < maxRequests ? n + 1 : n) >= maxRequests) {
        throw new RejectedException(RejectedException.Reason.TOO_BUSY);
      }
      admitted = true;
      arriving.decrementAndGet();
    }

    /**
     * Takes further places for an admitted request: one for each of its pictures counts.
     *
     * @throws RejectedException {@code TOO_BUSY}; the places it had it still has
     */
    public void claim(int more) {
      int room = maxRequests - more;
      if (requests.getAndUpdate(n -> n <= room ? n + more : n) > room) {
        throw new RejectedException(RejectedException.Reason.TOO_BUSY);
      }
      places += more;
    }

    /**
     * Claims room for further bytes of the body.
     *
     * @throws RejectedException {@code TOO_BUSY}; what was held before is still held
     */
    public void hold(long more) {
      long room = maxBytes - more; // In one step: a refused giant must not be in a small one's way.
      if (bytes.getAndUpdate(n -> n <= room ? n + more : n) > room) {
        throw new RejectedException(RejectedException.Reason.TOO_BUSY);
      }
      held += more;
    }

    /** Gives the place back. Idempotent. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        bytes.addAndGet(-held);
        if (admitted) {
          requests.addAndGet(-places);
        } else {
          arriving.decrementAndGet();
        }
      }
    }
  }
}
