package io.lynxeye.serving.admission;

import io.lynxeye.serving.admission.RejectedException.Reason;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits the server's requests in flight and the bytes of their bodies, so that a flood is rejected
 * instead of exhausting the heap. Lock-free; called on event loops.
 */
public final class RequestLimiter {

  private final int maxRequests;
  private final long maxBytes;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger arriving = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * @param maxRequests requests in flight; one with several images counts once for each
   * @param maxBytes bytes of all bodies in memory
   */
  public RequestLimiter(int maxRequests, long maxBytes) {
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
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

  /** Bytes of bodies in memory. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * The permit of one request, held from its first byte until it is closed with the response or the
   * failure. Used by one thread at a time.
   */
  public final class RequestPermit implements Permit {

    private final AtomicBoolean closed = new AtomicBoolean();
    private int images;
    private long held;
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
     * Counts further bytes in memory.
     *
     * @throws RejectedException {@code TOO_BUSY}; the permit still holds what it did before
     */
    public void hold(long more) {
      long most = maxBytes - more; // One atomic step: a huge request must not block small ones.
      if (bytes.getAndUpdate(n -> n <= most ? n + more : n) > most) {
        throw new RejectedException(Reason.TOO_BUSY);
      }
      held += more;
    }

    /**
     * The request is answered, and its response goes out at the client's pace: from now on only the
     * response's bytes count.
     *
     * @throws RejectedException {@code TOO_BUSY} when there are too many bytes in memory; a
     *     response that is alone may be of any size
     */
    public void answered(long responseBytes) {
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
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        bytes.addAndGet(-held);
        if (isAnswered) {
          return;
        }
        if (images > 0) {
          requests.addAndGet(-images);
        } else {
          arriving.decrementAndGet();
        }
      }
    }
  }
}
