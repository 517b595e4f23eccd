package io.lynxeye.batching;

import io.lynxeye.batching.RejectedException.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The jobs of one model that are on their way, from before they are prepared until they have their
 * answer: how many there may be, and whether one more would be answered in time. Thread-safe; never
 * blocks for more than moments.
 */
public final class Backlog {

  private static final double MARGIN = 0.25; // Of the wait: jobs differ, and so do moments.

  private final int queueCapacity;
  private final IntSupplier seats;
  private final NanoClock clock;
  private final DrainRate rate = new DrainRate();
  private int size;
  private long measuredFrom;

  /**
   * @param queueCapacity jobs that may be on their way beyond those in the engine
   * @param seats jobs that may be in the engine at once
   */
  public Backlog(int queueCapacity, IntSupplier seats, NanoClock clock) {
    this.queueCapacity = queueCapacity;
    this.seats = seats;
    this.clock = clock;
    this.measuredFrom = clock.nanoTime();
  }

  /** Jobs that may be on their way at most, whatever else there is. */
  public int capacity() {
    return queueCapacity + seats.getAsInt();
  }

  /**
   * Takes places, each of which {@link #leave} gives back; all or none. Refuses as {@link #check}
   * does.
   *
   * @param jobs no more than the {@link #capacity}
   * @param most jobs that may be on their way, if that is fewer than this model may have; one
   *     always may
   * @param deadline on the clock this was made with
   */
  public synchronized void enter(int jobs, int most, Deadline deadline) {
    check(jobs, most, deadline);
    if (size == 0) {
      measuredFrom = clock.nanoTime();
    }
    size += jobs;
  }

  /**
   * Whether so many more jobs would be taken in. A model at rest takes any: were it slow once,
   * nobody in a hurry would find out that it is not any more.
   *
   * @throws RejectedException {@code QUEUE_FULL}, or {@code NO_TIME} when so many are on their way
   *     that it would begin or be done too late; with the time until one would be taken in, where
   *     that is known
   */
  public synchronized void check(int jobs, int most, Deadline deadline) {
    int room = Math.max(1, Math.min(most, capacity()));
    if (size + jobs > room) {
      throw refused(Reason.QUEUE_FULL, rate.timeFor(size - room + jobs));
    }
    Duration late = late(jobs, deadline);
    if (size > 0 && rate.isKnown() && late.compareTo(Duration.ZERO) > 0) {
      throw refused(Reason.NO_TIME, late);
    }
  }

  /** By how much these would begin or be done too late; the larger of the two. */
  private Duration late(int jobs, Deadline deadline) {
    long now = clock.nanoTime();
    Duration start = timeAhead(jobs).minusNanos(deadline.startNanos() - now);
    Duration end = timeForMore(jobs).minusNanos(deadline.endNanos() - now);
    return start.compareTo(end) > 0 ? start : end;
  }

  /** All that are on their way, with the margin, and all but the last of these. */
  private Duration timeAhead(int jobs) {
    return rate.timeFor((1 + MARGIN) * size + jobs - 1);
  }

  /**
   * All that are on their way and these; a batch more, for they may just miss one; and the margin.
   */
  private Duration timeForMore(int jobs) {
    return rate.timeFor(size + jobs + Math.min(size, seats.getAsInt()) + MARGIN * size);
  }

  private RejectedException refused(Reason reason, Duration wait) {
    return new RejectedException(reason, rate.isKnown() ? Optional.of(wait) : Optional.empty());
  }

  /** Takes a place for a job that another backlog let in; whatever the bounds, it was promised. */
  public synchronized void takeOver() {
    if (size == 0) {
      measuredFrom = clock.nanoTime();
    }
    size++;
  }

  /** Gives a place back. */
  public synchronized void leave() {
    size--;
  }

  /** Tells that so many jobs have been dealt with, before they leave. */
  public synchronized void drained(int jobs) {
    long now = clock.nanoTime();
    if (size > 0) { // Else nobody knows since when it was at work.
      rate.drained(jobs, now - measuredFrom);
    }
    measuredFrom = now;
  }

  /** Jobs on their way. */
  public synchronized int size() {
    return size;
  }
}
