package io.lynxeye.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * First in, first out, bounded: the bound is checked and the job added in one step under one lock.
 * Expired jobs are dropped when a worker meets them, and give up their place at once when the queue
 * is full; abandoned ones likewise, unless {@link #remove} came first. Futures end, and inputs are
 * released, outside the lock: what depends on them is foreign code, which may come back here.
 */
final class BatchQueue<I, O> {

  private final int capacity;
  private final NanoClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Job<I, O>> jobs = new ArrayDeque<>();
  private final Consumer<? super I> release;
  private final List<Job<I, O>> dropped = new ArrayList<>();
  private boolean closed;

  /**
   * @param release told of every input that leaves the queue without being handed out
   */
  BatchQueue(int capacity, NanoClock clock, Consumer<? super I> release) {
    this.capacity = capacity;
    this.clock = clock;
    this.release = release;
  }

  /**
   * Never blocks: the lock is held for moments only.
   *
   * @throws RejectedException {@code QUEUE_FULL} or {@code DRAINING}; the job is then not queued
   */
  void add(Job<I, O> job) {
    lock.lock();
    try {
      if (closed) {
        throw new RejectedException(RejectedException.Reason.DRAINING);
      }
      if (jobs.size() >= capacity) {
        dropDead();
      }
      if (jobs.size() >= capacity) {
        throw new RejectedException(RejectedException.Reason.QUEUE_FULL);
      }
      jobs.addLast(job);
      changed.signal();
    } finally {
      unlockAndTell();
    }
  }

  /**
   * Waits for a job, then takes of what waits, oldest first, as many as make a batch ({@link
   * BatchPolicy#fit}); with a delay, waits that long from the first job's submission for the batch
   * to fill. What is left keeps its order.
   *
   * @param retired whether this worker is to take no more; looked at again after {@link #wake}
   * @return live jobs, at least one; empty only when the queue is closed and empty, or the worker
   *     retired
   */
  List<Job<I, O>> take(int maxSize, long maxDelayNanos, BooleanSupplier retired)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (retired.getAsBoolean()) {
          changed.signal(); // What woke this worker may have been meant for one that goes on.
          return List.of();
        }
        dropDeadAtHead();
        if (!dropped.isEmpty()) {
          unlockAndTell(); // Before any wait, which may be a long one.
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
            changed.signal(); // Another worker may have slept through the signal this one took.
          }
          return batch;
        }
      }
    } finally {
      unlockAndTell();
    }
  }

  /** Drops an abandoned job, unless a worker has it already. */
  void remove(Job<I, O> job) {
    boolean waited;
    lock.lock();
    try {
      waited = jobs.remove(job);
    } finally {
      lock.unlock();
    }
    if (waited) {
      release.accept(job.input);
    }
  }

  /** No further job is taken in; those that wait are still handed out. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets every worker that waits look again whether it is retired. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Rejects everything that still waits, as {@code DRAINING}. */
  void rejectAll() {
    List<Job<I, O>> left;
    lock.lock();
    try {
      left = List.copyOf(jobs);
      jobs.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(job -> letGo(job, RejectedException.Reason.DRAINING));
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

  private void dropDead() {
    jobs.removeIf(this::isDead);
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

  /** Ends the jobs that were found dead under the lock, now that it is free. */
  private void unlockAndTell() {
    List<Job<I, O>> ended = List.of();
    try {
      if (!dropped.isEmpty()) {
        ended = List.copyOf(dropped);
        dropped.clear();
      }
    } finally {
      lock.unlock(); // Also when there is no memory for the copy: the next one tells them.
    }
    ended.forEach(job -> letGo(job, RejectedException.Reason.DEADLINE));
  }

  /** Lets go of a job that never runs; one that was abandoned has ended already. */
  private void letGo(Job<I, O> job, RejectedException.Reason reason) {
    job.reject(reason);
    release.accept(job.input);
  }
}
