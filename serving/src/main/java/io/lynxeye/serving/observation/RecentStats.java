package io.lynxeye.serving.observation;

import io.lynxeye.serving.batching.NanoClock;
import io.lynxeye.serving.scoring.ScoreResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;

/**
 * Statistics of the last two minutes of a server, second by second, for its status page. Costs a
 * few kilobytes and, per request, a lock for less than a microsecond. Thread-safe.
 */
public final class RecentStats implements RequestListener {

  /** The number of seconds that are kept. */
  public static final int SECONDS = 120;

  private static final long NANOS = Duration.ofSeconds(1).toNanos();

  private final NanoClock clock;
  private final IntSupplier queued;
  private final long start;
  private final Deque<SecondStats> past = new ArrayDeque<>();
  private Current current = new Current(0);

  /**
   * @param queued images that wait now; read at the end of each second
   */
  public RecentStats(NanoClock clock, IntSupplier queued) {
    this.clock = clock;
    this.queued = queued;
    this.start = clock.nanoTime();
  }

  @Override
  public synchronized void ended(RequestSummary request) {
    tick();
    current.add(request);
  }

  /** Ends the current second if it has passed. To be called each second, or seconds end late. */
  public synchronized void tick() {
    long now = (clock.nanoTime() - start) / NANOS;
    if (now == current.second) {
      return;
    }
    int waiting = queued.getAsInt();
    keep(current.end(waiting));
    for (long second = Math.max(current.second + 1, now - SECONDS); second < now; second++) {
      keep(new Current(second).end(waiting));
    }
    current = new Current(now);
  }

  private void keep(SecondStats second) {
    past.addLast(second);
    if (past.size() > SECONDS) {
      past.removeFirst();
    }
  }

  /** The completed seconds, the oldest first; at most {@link #SECONDS}. */
  public synchronized List<SecondStats> snapshot() {
    tick();
    return List.copyOf(past);
  }

  /** The current second. */
  private static final class Current {

    private static final int SAMPLES = 512;

    private final long second;
    private final Map<Outcome.Kind, Integer> ends = new EnumMap<>(Outcome.Kind.class);
    private int images;
    private double batches;
    private long[] nanos = new long[8];

    Current(long second) {
      this.second = second;
    }

    void add(RequestSummary request) {
      Outcome.Kind kind = request.outcome().kind();
      int count = ends.merge(kind, 1, Integer::sum);
      for (ScoreResult.Timing timing : request.timings()) {
        images++;
        batches += 1.0 / timing.batchSize(); // Each image's share of its inference call.
      }
      if (kind == Outcome.Kind.SUCCESS) {
        sample(request.total().toNanos(), count);
      }
    }

    /** Reservoir sampling: each request has the same chance to be among the samples. */
    private void sample(long value, int count) {
      int place = count <= SAMPLES ? count - 1 : ThreadLocalRandom.current().nextInt(count);
      if (place < SAMPLES) {
        if (place >= nanos.length) {
          nanos = Arrays.copyOf(nanos, 2 * nanos.length);
        }
        nanos[place] = value;
      }
    }

    SecondStats end(int waiting) {
      int succeeded = count(Outcome.Kind.SUCCESS);
      long[] sorted = Arrays.copyOf(nanos, Math.min(succeeded, SAMPLES));
      Arrays.sort(sorted);
      return new SecondStats(
          second,
          succeeded,
          count(Outcome.Kind.INVALID)
              + count(Outcome.Kind.NOT_FOUND)
              + count(Outcome.Kind.UNAUTHORIZED),
          count(Outcome.Kind.REJECTED) + count(Outcome.Kind.LIMITED),
          count(Outcome.Kind.FAILED) + count(Outcome.Kind.DEADLINE),
          count(Outcome.Kind.ABANDONED) + count(Outcome.Kind.CLIENT_DEADLINE),
          images,
          batches == 0 ? 0 : images / batches,
          waiting,
          percentile(sorted, 50),
          percentile(sorted, 95),
          percentile(sorted, 99));
    }

    private int count(Outcome.Kind kind) {
      return ends.getOrDefault(kind, 0);
    }

    /** Nearest-rank percentile. */
    private static Duration percentile(long[] sorted, int percent) {
      int index = (sorted.length * percent + 99) / 100 - 1;
      return sorted.length == 0 ? Duration.ZERO : Duration.ofNanos(sorted[index]);
    }
  }
}
