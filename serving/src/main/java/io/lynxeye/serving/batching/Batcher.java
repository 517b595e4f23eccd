package io.lynxeye.serving.batching;

import io.lynxeye.serving.admission.RejectedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Runs jobs in batches by a {@link BatchRunner}. Work-conserving: a free worker at once takes as
 * many of the queued jobs as make a batch. Accepted = completed: every future this class returns
 * completes.
 *
 * <p>Owns its worker threads; {@link #close(Duration)} ends them.
 */
public final class Batcher<I, O> {

  private final BatchPolicy policy;
  private final BatchRunner<I, O> runner;
  private final NanoClock clock;
  private final BatchQueue<I, O> queue;
  private final String name;
  private final Deque<Worker> working = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Starts the workers, named {@code name-0}, {@code name-1}, ... */
  public Batcher(String name, BatchPolicy policy, BatchRunner<I, O> runner, NanoClock clock) {
    this.policy = policy;
    this.runner = runner;
    this.clock = clock;
    this.queue = new BatchQueue<>(clock, this::release);
    this.name = name;
    scale(policy.workers());
  }

  /** Changes how many batches may run in parallel. Running batches finish; queued jobs stay. */
  public void scale(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("at least one worker: " + workers);
    }
    synchronized (working) {
      while (working.size() < workers) {
        start();
      }
      while (working.size() > workers) {
        working.removeLast().retired = true;
      }
    }
    queue.wake();
  }

  private void start() {
    Worker worker = new Worker(name + "-" + working.size());
    threads.removeIf(earlier -> !earlier.isAlive());
    worker.thread.start(); // If the system has no threads left, this throws and it does not count.
    working.addLast(worker);
    threads.add(worker.thread);
  }

  /** Batches that may run in parallel. */
  public int workers() {
    synchronized (working) {
      return working.size();
    }
  }

  /**
   * Queues an input. Never blocks; callable from any thread, including event loops. Cancelling the
   * future removes the job from the queue unless it already runs. An accepted input is released
   * ({@link BatchRunner#release}) once no worker reads it; the caller releases a rejected one.
   *
   * @param deadlineNanos on this batcher's clock; the job does not start after it
   * @throws RejectedException {@code DRAINING} or {@code DEADLINE}
   */
  public CompletableFuture<BatchOutput<O>> submit(I input, long deadlineNanos) {
    Job<I, O> job = new Job<>(input, clock.nanoTime(), deadlineNanos);
    if (job.isExpired(job.submittedNanos)) {
      throw new RejectedException(RejectedException.Reason.DEADLINE);
    }
    job.whenCancelled(() -> queue.remove(job));
    queue.add(job);
    return job.future;
  }

  /** Whether every worker still runs; also true after {@link #close}. */
  public boolean isAlive() {
    boolean allRun;
    synchronized (working) {
      allRun = working.stream().allMatch(worker -> worker.thread.isAlive());
    }
    return allRun || queue.isClosed(); // In this order, as workers end after the queue is closed.
  }

  /** Queued jobs, without the running ones. */
  public int queued() {
    return queue.size();
  }

  /**
   * Accepts no more jobs, finishes the accepted ones, rejects those still queued when the time is
   * up, and ends the workers. Idempotent.
   *
   * @return whether all accepted jobs finished, so that nothing runs any more
   */
  public boolean close(Duration atMost) throws InterruptedException {
    queue.close();
    long end = System.nanoTime() + atMost.toNanos();
    List<Thread> all = threads();
    for (Thread thread : all) {
      thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    queue.rejectAll();
    return all.stream().noneMatch(Thread::isAlive);
  }

  /** Waits, after a {@link #close} that ran out of time, until nothing runs any more. */
  public void awaitEnd() throws InterruptedException {
    for (Thread thread : threads()) {
      thread.join();
    }
  }

  private List<Thread> threads() {
    synchronized (working) {
      return List.copyOf(threads);
    }
  }

  /** Takes and runs batches until the queue is closed and empty, or the worker is retired. */
  private final class Worker implements Runnable {

    final Thread thread;
    volatile boolean retired;

    Worker(String name) {
      thread = new Thread(this, name);
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      boolean goesOn = true;
      while (goesOn) {
        try {
          goesOn = workOnce();
        } catch (Throwable e) {
          // A stray interruption, or no memory even to take or fail a batch: a later attempt may
          // have some, so go on.
        }
      }
    }

    private boolean workOnce() throws InterruptedException {
      List<Job<I, O>> batch =
          queue.take(policy.maxBatchSize(), policy.maxDelay().toNanos(), () -> retired);
      if (batch.isEmpty()) {
        return false;
      }
      try {
        runAll(batch);
      } finally {
        batch.forEach(job -> release(job.input)); // None of them runs any more.
      }
      Thread.interrupted(); // A runner may leave the flag set, which must not end the worker.
      return true;
    }
  }

  /**
   * Runs a batch. If a batch of several jobs fails, each job runs again alone: an input that the
   * engine rejects must not fail the others.
   */
  private void runAll(List<Job<I, O>> batch) {
    long start = clock.nanoTime();
    try {
      List<O> outputs = runner.run(batch.stream().map(job -> job.input).toList());
      if (outputs.size() != batch.size()) {
        throw new IllegalStateException(
            outputs.size() + " outputs for a batch of " + batch.size() + " inputs");
      }
      complete(batch, outputs, start);
    } catch (Throwable e) { // Any failure completes futures and keeps the worker.
      if (batch.size() == 1) {
        batch.get(0).future.completeExceptionally(e);
      } else {
        batch.stream().filter(job -> !job.isAbandoned()).forEach(job -> runAll(List.of(job)));
      }
    }
  }

  /** Releases an input; a failure must not keep the others from being released. */
  private void release(I input) {
    try {
      runner.release(input);
    } catch (RuntimeException | Error e) {
      // Only the memory of this input is lost.
    }
  }

  private void complete(List<Job<I, O>> batch, List<O> outputs, long start) {
    Duration ran = Duration.ofNanos(clock.nanoTime() - start);
    for (int i = 0; i < batch.size(); i++) {
      Job<I, O> job = batch.get(i);
      Duration queued = Duration.ofNanos(start - job.submittedNanos);
      job.future.complete(new BatchOutput<>(outputs.get(i), queued, ran, batch.size()));
    }
  }
}
