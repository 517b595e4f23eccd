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

  /**
   * Takes a place, which {@link #leave} gives back; refuses as {@link #check} does.
   *
   * @param most jobs that may be on their way, if that is fewer than this model may have; one
   *     always may
   * @param deadlineNanos on the clock this was made with
   */
  public synchronized void enter(int most, long deadlineNanos) {
    check(most, deadlineNanos);
    if (size == 0) {
      measuredFrom = clock.nanoTime();
    }
    size++;
  }

  /**
   * Whether one more job would be taken in. A model at rest takes any: were it slow once, nobody in
   * a hurry would find out that it is not any more.
   *
   * @throws RejectedException {@code QUEUE_FULL}, or {@code NO_TIME} when so many are on their way
   *     that it would be late; with the time until one would be taken in, where that is known
   */
  public synchronized void check(int most, long deadlineNanos) {
    int room = Math.max(1, Math.min(most, queueCapacity + seats.getAsInt()));
    if (size >= room) {
      throw refused(Reason.QUEUE_FULL, rate.timeFor(size - room + 1));
    }
    Duration late = timeForOneMore().minusNanos(deadlineNanos - clock.nanoTime());
    if (size > 0 && rate.isKnown() && late.compareTo(Duration.ZERO) > 0) {
      throw refused(Reason.NO_TIME, late);
    }
  }

  /**
   * All that are on their way and this one; a batch more, for it may just miss one; and the margin.
   */
  private Duration timeForOneMore() {
    return rate.timeFor(size + 1 + Math.min(size, seats.getAsInt()) + MARGIN * size);
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
