package io.lynxeye.serving.admission;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Limits what each key uses, so that one caller leaves something for the others. Use is remembered
 * per name of a key, also when its value or its limits change. Thread-safe.
 *
 * <p>Each limit is a bucket that fills with use and empties at the permitted rate: a request is
 * admitted if it fits. A request counts as one image when it is admitted, and as all of its images
 * once they are known, even if they do not fit: a request larger than a second's images is
 * possible, and the key waits for it afterwards.
 */
public final class KeyLimiter {

  private static final double NANOS = 1e9;

  private final LongSupplier nanoTime;
  private final Map<String, Use> uses = new ConcurrentHashMap<>();

  /**
   * @param nanoTime monotonic time
   */
  public KeyLimiter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Admits a scoring request.
   *
   * @param key the name of a configured key, of which there are few
   * @return to be closed at the end of the request
   * @throws RejectedException {@code KEY_LIMIT}, with the time until the request would fit
   */
  public KeyPermit acquire(String key, KeyLimits limits) {
    if (limits.isNone()) {
      return new KeyPermit(Optional.empty(), limits);
    }
    Use use = uses.computeIfAbsent(key, name -> new Use());
    use.begin(limits);
    return new KeyPermit(Optional.of(use), limits);
  }

  /** What an admitted request uses. Thread-safe. */
  public static final class KeyPermit implements Permit {

    private final Optional<Use> use;
    private final KeyLimits limits;
    private int counted = 1;
    private boolean isClosed;

    private KeyPermit(Optional<Use> use, KeyLimits limits) {
      this.use = use;
      this.limits = limits;
    }

    /** Counts all images of the request. */
    public synchronized void images(int count) {
      int more = count - counted;
      if (more > 0) {
        counted = count;
        use.ifPresent(mine -> mine.addImages(more, limits));
      }
    }

    @Override
    public synchronized void close() {
      if (!isClosed) {
        isClosed = true;
        use.ifPresent(Use::end);
      }
    }
  }

  /** The use of one key. */
  private final class Use {

    private double requests;
    private double images;
    private int inFlight;
    private long last = nanoTime.getAsLong();

    synchronized void begin(KeyLimits limits) {
      drain(limits);
      Duration wait =
          longer(
              untilFits(requests, limits.requestsPerSecond()),
              untilFits(images, limits.imagesPerSecond()));
      boolean isFull =
          limits.concurrent().isPresent() && inFlight >= limits.concurrent().getAsInt();
      if (isFull || !wait.isZero()) {
        throw new RejectedException(
            RejectedException.Reason.KEY_LIMIT,
            wait.isZero() ? Optional.empty() : Optional.of(wait));
      }
      requests += limits.requestsPerSecond().isPresent() ? 1 : 0;
      images += limits.imagesPerSecond().isPresent() ? 1 : 0;
      inFlight++;
    }

    synchronized void addImages(int more, KeyLimits limits) {
      drain(limits);
      images += limits.imagesPerSecond().isPresent() ? more : 0;
    }

    synchronized void end() {
      inFlight--;
    }

    private void drain(KeyLimits limits) {
      long now = nanoTime.getAsLong();
      double seconds = (now - last) / NANOS;
      last = now;
      requests = drained(requests, seconds, limits.requestsPerSecond());
      images = drained(images, seconds, limits.imagesPerSecond());
    }
  }

  private static double drained(double used, double seconds, OptionalInt rate) {
    return rate.isEmpty() ? 0 : Math.max(0, used - seconds * rate.getAsInt());
  }

  /** The time until one more fits into a second's bucket. */
  private static Duration untilFits(double used, OptionalInt rate) {
    double excess = rate.isEmpty() ? 0 : used + 1 - rate.getAsInt();
    return excess <= 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil(excess / rate.getAsInt() * NANOS));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
