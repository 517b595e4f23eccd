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
 * result, and rejects those that would miss their deadline. It is the only limit on a model's
 * queue. Thread-safe; holds its lock for moments only.
 */
public final class ModelLimiter {

  private static final double MARGIN = 0.25; // Of the wait: jobs and machines vary.

  private final int queueCapacity;
  private final IntSupplier concurrency;
  private final LongSupplier clock;
  private final ThroughputEstimate throughput = new ThroughputEstimate();
  private int inFlight;
  private long measuredFrom;

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
    return IntStream.range(0, jobs).mapToObj(job -> grant()).toList();
  }

  /** Grants a permit to a job that another version had admitted, even beyond the limits. */
  public synchronized Permit takeOver() {
    return grant();
  }

  private Permit grant() {
    if (inFlight == 0) {
      measuredFrom = clock.getAsLong();
    }
    inFlight++;
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        release();
      }
    };
  }

  private synchronized void release() {
    inFlight--;
  }

  /**
   * Checks whether this many more jobs would be admitted. An idle model admits any job, so that the
   * estimate can recover from a slow phase.
   *
   * @throws RejectedException {@code QUEUE_FULL}; or {@code NO_TIME} if the jobs in flight would
   *     make these start or end too late; with the time until a retry, where that is known
   */
  public synchronized void check(int jobs, int serverPermitsLeft, Deadline deadline) {
    int limit = Math.max(1, Math.min(serverPermitsLeft, capacity()));
    if (inFlight + jobs > limit) {
      throw rejected(Reason.QUEUE_FULL, throughput.timeFor(inFlight - limit + jobs));
    }
    Duration late = late(jobs, deadline);
    if (inFlight > 0 && throughput.isKnown() && late.compareTo(Duration.ZERO) > 0) {
      throw rejected(Reason.NO_TIME, late);
    }
  }

  /** By how much these jobs would start or end too late, whichever is more. */
  private Duration late(int jobs, Deadline deadline) {
    long now = clock.getAsLong();
    Duration start = timeUntilStart(jobs).minusNanos(deadline.startNanos() - now);
    Duration end = timeUntilEnd(jobs).minusNanos(deadline.endNanos() - now);
    return start.compareTo(end) > 0 ? start : end;
  }

  /** For all jobs in flight, the margin, and all but the last of these. */
  private Duration timeUntilStart(int jobs) {
    return throughput.timeFor((1 + MARGIN) * inFlight + jobs - 1);
  }

  /**
   * For all jobs in flight and these, the margin, and one more batch, as they may just miss one.
   */
  private Duration timeUntilEnd(int jobs) {
    return throughput.timeFor(
        inFlight + jobs + Math.min(inFlight, concurrency.getAsInt()) + MARGIN * inFlight);
  }

  private RejectedException rejected(Reason reason, Duration wait) {
    return new RejectedException(
        reason, throughput.isKnown() ? Optional.of(wait) : Optional.empty());
  }

  /** Reports completed jobs, before their permits are closed, for the throughput estimate. */
  public synchronized void completed(int jobs) {
    long now = clock.getAsLong();
    if (inFlight > 0) { // Otherwise it is unknown when the work began.
      throughput.add(jobs, now - measuredFrom);
    }
    measuredFrom = now;
  }

  /** Jobs in flight. */
  public synchronized int inFlight() {
    return inFlight;
  }
}
