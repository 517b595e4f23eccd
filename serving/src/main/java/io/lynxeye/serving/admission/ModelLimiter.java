package io.lynxeye.serving.admission;

import io.lynxeye.serving.admission.RejectedException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Limits the jobs of one model that are in flight, from before they are decoded until they have a
 * result. Rejects those that would miss their deadline, and those that would make a long queue
 * longer while an overload lasts ({@link StandingQueue}). It is the only limit on a model's queue.
 * Thread-safe; holds its lock for moments only.
 */
public final class ModelLimiter {

  private static final double MARGIN = 0.25; // Of the wait: jobs and machines vary.

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final int queueCapacity;
  private final IntSupplier concurrency;
  private final LongSupplier clock;
  private final ThroughputEstimate throughput = new ThroughputEstimate();
  private final StandingQueue standing;
  private int inFlight;
  private int expected;
  private long measuredFrom;
  private long promisedSince;
  private int promised;

  /**
   * @param queueCapacity jobs that may be in flight in addition to those in the engine
   * @param concurrency jobs that the engine can run at once; may change
   * @param clock monotonic, in nanoseconds
   */
  public ModelLimiter(int queueCapacity, IntSupplier concurrency, LongSupplier clock) {
    this.queueCapacity = queueCapacity;
    this.concurrency = concurrency;
    this.clock = clock;
    this.measuredFrom = clock.getAsLong();
    this.promisedSince = measuredFrom;
    this.standing = new StandingQueue(measuredFrom);
  }

  /** The most jobs that can ever be in flight. */
  public int capacity() {
    return queueCapacity + concurrency.getAsInt();
  }

  /**
   * Acquires a permit for each of the jobs, all or none.
   *
   * @param jobs at most {@link #capacity}
   * @param serverPermitsLeft the server's free permits, if they are fewer; one job is always
   *     allowed
   * @param deadline on this limiter's clock
   * @return one permit per job
   * @throws RejectedException as {@link #check} does
   */
  public synchronized List<Permit> acquire(int jobs, int serverPermitsLeft, Deadline deadline) {
    check(jobs, serverPermitsLeft, deadline);
    standing.admitted(ahead() + jobs);
    return IntStream.range(0, jobs).mapToObj(job -> grant()).toList();
  }

  /** Grants a permit to a job that another version had admitted, even beyond the limits. */
  public synchronized Permit takeOver() {
    return grant();
  }

  /**
   * Counts a job among those ahead of others that passed its {@link #check} and waits for the
   * server to read its body, until the permit is closed. It is not in flight yet.
   */
  public synchronized Permit expect() {
    expected++;
    standing.admitted(ahead());
    return once(() -> expected--);
  }

  private Permit grant() {
    if (inFlight == 0) {
      measuredFrom = clock.getAsLong();
    }
    inFlight++;
    return once(this::release);
  }

  private void release() {
    inFlight--;
    if (inFlight == 0) {
      notifyAll();
    }
  }

  private Permit once(Runnable close) {
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        synchronized (this) {
          close.run();
        }
      }
    };
  }

  private int ahead() {
    return inFlight + expected;
  }

  /**
   * Checks whether this many more jobs would be admitted. An idle model admits any job, so that the
   * estimate can recover from a slow phase.
   *
   * @throws RejectedException {@code QUEUE_FULL}; or {@code NO_TIME} if the jobs in flight would
   *     make these start or end too late, {@code CLIENT_TIME} if only for the client's own limit;
   *     with the time until a retry, where that is known
   */
  public synchronized void check(int jobs, int serverPermitsLeft, Deadline deadline) {
    int limit = Math.max(1, Math.min(serverPermitsLeft, capacity()));
    if (inFlight + jobs > limit) {
      throw rejected(Reason.QUEUE_FULL, jobs, inFlight - limit + jobs);
    }
    if (ahead() == 0 || !throughput.isKnown()) {
      return;
    }
    Duration late = late(jobs, deadline);
    if (late.compareTo(Duration.ZERO) > 0) {
      throw new RejectedException(
          isLateForServer(jobs, deadline) ? Reason.NO_TIME : Reason.CLIENT_TIME,
          Optional.of(promised(jobs, untilInTime(late))));
    }
    long now = clock.getAsLong();
    int most = standing.ceiling(ahead(), target(deadline), now);
    if (ahead() + jobs > most) {
      standing.refused(jobs, now);
      throw rejected(Reason.QUEUE_FULL, jobs, ahead() - most + jobs);
    }
  }

  /** While an overload lasts: as many as can start in time, and one batch for each worker. */
  private int target(Deadline deadline) {
    int inTime = throughput.jobsIn(deadline.standingNanos());
    return Math.max(inTime, 2 * concurrency.getAsInt());
  }

  /** By how much these jobs would start or end too late, whichever is more. */
  private Duration late(int jobs, Deadline deadline) {
    return late(jobs, deadline.startNanos(), deadline.endNanos());
  }

  private boolean isLateForServer(int jobs, Deadline deadline) {
    return late(jobs, deadline.serverStartNanos(), deadline.serverEndNanos())
            .compareTo(Duration.ZERO)
        > 0;
  }

  private Duration late(int jobs, long startNanos, long endNanos) {
    long now = clock.getAsLong();
    Duration start = timeUntilStart(jobs).minusNanos(startNanos - now);
    Duration end = timeUntilEnd(jobs).minusNanos(endNanos - now);
    return start.compareTo(end) > 0 ? start : end;
  }

  /**
   * The time until jobs would be in time that would be this late: with each job that completes, its
   * margin is not needed any more either. At the latest, when the model is idle.
   */
  private Duration untilInTime(Duration late) {
    long wait = Math.max(0, (long) (late.toNanos() / (1 + MARGIN)));
    return Duration.ofNanos(Math.min(wait, throughput.timeFor(ahead()).toNanos()));
  }

  /** For all jobs in flight, the margin, and all but the last of these. */
  private Duration timeUntilStart(int jobs) {
    return throughput.timeFor((1 + MARGIN) * ahead() + jobs - 1);
  }

  /**
   * For all jobs in flight and these, the margin, and one more batch, as they may just miss one.
   */
  private Duration timeUntilEnd(int jobs) {
    return throughput.timeFor(
        ahead() + jobs + Math.min(ahead(), concurrency.getAsInt()) + MARGIN * ahead());
  }

  /**
   * @param ahead jobs that have to complete before these would be admitted
   */
  private RejectedException rejected(Reason reason, int jobs, int ahead) {
    return new RejectedException(
        reason,
        throughput.isKnown()
            ? Optional.of(promised(jobs, throughput.timeFor(ahead)))
            : Optional.empty());
  }

  /**
   * The time until these jobs would be admitted, if those that were rejected in the same second
   * come back: places become free one after the other, so they are promised one after the other.
   */
  private Duration promised(int jobs, Duration wait) {
    long now = clock.getAsLong();
    if (now - promisedSince >= SECOND) {
      promisedSince = now;
      promised = 0;
    }
    Duration time = wait.plus(throughput.timeFor(promised));
    promised += jobs;
    return time;
  }

  /** The time until a job with this deadline would be admitted; empty if that is unknown. */
  public synchronized Optional<Duration> retryAfter(Deadline deadline) {
    Duration late = late(1, deadline);
    return throughput.isKnown() ? Optional.of(promised(1, untilInTime(late))) : Optional.empty();
  }

  /** Reports completed jobs, before their permits are closed, for the throughput estimate. */
  public synchronized void completed(int jobs) {
    long now = clock.getAsLong();
    if (inFlight > 0) { // Otherwise it is unknown when the work began.
      throughput.add(jobs, now - measuredFrom);
    }
    measuredFrom = now;
    standing.completed(jobs, now);
  }

  /** Waits until no job is in flight, or the time is up. */
  public synchronized void awaitIdle(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    for (long left = atMost.toNanos(); inFlight > 0 && left > 0; left = end - System.nanoTime()) {
      wait(left / 1_000_000 + 1);
    }
  }

  /** Jobs in flight. */
  public synchronized int inFlight() {
    return inFlight;
  }
}
