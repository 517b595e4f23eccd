package io.lynxeye.serving.batching;

import io.lynxeye.serving.admission.RejectedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * First in, first out. Not bounded: the model's limiter bounds the jobs that get here. Expired and
 * abandoned jobs are dropped when a worker reaches them, if {@link #remove} did not come first.
 * Futures complete, and inputs are released, outside the lock, because that runs foreign code,
 * which may call the queue again.
 */
final class BatchQueue<I, O> {

  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Job<I, O>> jobs = new ArrayDeque<>();
  private final Consumer<? super I> release;
  private final List<Job<I, O>> dropped = new ArrayList<>();
  private boolean closed;

  /**
   * @param release receives every input that leaves the queue without being taken
   */
  BatchQueue(NanoClock clock, Consumer<? super I> release) {
    this.clock = clock;
    this.release = release;
  }

  /**
   * Never blocks: the lock is held for moments only.
   *
   * @throws RejectedException {@code DRAINING}; the job is then not queued
   */
  void add(Job<I, O> job) {
    lock.lock();
    try {
      if (closed) {
        throw new RejectedException(RejectedException.Reason.DRAINING);
      }
      jobs.addLast(job);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a job, then takes as many of the oldest jobs as make a batch ({@link
   * BatchPolicy#fit}); with a delay, waits that long from the first job's submission for the batch
   * to fill. The remaining jobs keep their order.
   *
   * @param retired whether this worker should take no more jobs; checked again after {@link #wake}
   * @return live jobs, at least one; empty only if the queue is closed and empty, or the worker is
   *     retired
   */
  List<Job<I, O>> take(int maxSize, long maxDelayNanos, BooleanSupplier retired)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (retired.getAsBoolean()) {
          changed.signal(); // This worker may have consumed the signal of one that goes on.
          return List.of();
        }
        dropDeadAtHead();
        if (!dropped.isEmpty()) {
          unlockAndReject(); // Before any wait, which may be a long one.
          lock.lock();
          continue;
        }
        if (jobs.isEmpty()) {
          if (closed) {
            return List.of();
          }
          changed.await();
          continue;
        }
        long left = maxDelayNanos - (clock.nanoTime() - jobs.peekFirst().submittedNanos);
        if (jobs.size() < maxSize && left > 0 && !closed) {
          clock.await(changed, left);
          continue;
        }
        List<Job<I, O>> batch = removeLive(maxSize);
        if (!batch.isEmpty()) {
          if (!jobs.isEmpty()) {
            changed.signal(); // This worker may have consumed another one's signal.
          }
          return batch;
        }
      }
    } finally {
      unlockAndReject();
    }
  }

  /** Drops an abandoned job, unless a worker has taken it already. */
  void remove(Job<I, O> job) {
    boolean wasQueued;
    lock.lock();
    try {
      wasQueued = jobs.remove(job);
    } finally {
      lock.unlock();
    }
    if (wasQueued) {
      release.accept(job.input);
    }
  }

  /** Accepts no further jobs; the queued ones can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Makes every waiting worker check whether it is retired. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Rejects all queued jobs as {@code DRAINING}. */
  void rejectAll() {
    List<Job<I, O>> left;
    lock.lock();
    try {
      left = List.copyOf(jobs);
      jobs.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(job -> drop(job, RejectedException.Reason.DRAINING));
  }

  int size() {
    lock.lock();
    try {
      return jobs.size();
    } finally {
      lock.unlock();
    }
  }

  private List<Job<I, O>> removeLive(int maxSize) {
    List<Job<I, O>> batch = new ArrayList<>(Math.min(maxSize, jobs.size()));
    while (batch.size() < maxSize && !jobs.isEmpty()) {
      Job<I, O> job = jobs.peekFirst();
      if (!isDead(job)) {
        batch.add(job);
      }
      jobs.pollFirst();
    }
    return batch.isEmpty() ? batch : keepWhatFits(batch, maxSize);
  }

  private List<Job<I, O>> keepWhatFits(List<Job<I, O>> live, int maxSize) {
    int fit = BatchPolicy.fit(live.size(), maxSize);
    for (int i = live.size() - 1; i >= fit; i--) {
      jobs.addFirst(live.get(i));
    }
    return live.subList(0, fit);
  }

  private void dropDeadAtHead() {
    while (!jobs.isEmpty() && isDead(jobs.peekFirst())) {
      jobs.pollFirst();
    }
  }

  private boolean isDead(Job<I, O> job) {
    boolean dead = job.isAbandoned() || job.isExpired(clock.nanoTime());
    if (dead) {
      dropped.add(job);
    }
    return dead;
  }

  /** Completes the jobs that were found dead under the lock, after releasing it. */
  private void unlockAndReject() {
    List<Job<I, O>> ended = List.of();
    try {
      if (!dropped.isEmpty()) {
        ended = List.copyOf(dropped);
        dropped.clear();
      }
    } finally {
      lock.unlock(); // Also if there is no memory for the copy: a later call rejects them.
    }
    ended.forEach(job -> drop(job, RejectedException.Reason.DEADLINE));
  }

  /** Ends a job that will not run; the future of an abandoned one has completed already. */
  private void drop(Job<I, O> job, RejectedException.Reason reason) {
    job.reject(reason);
    release.accept(job.input);
  }
}
