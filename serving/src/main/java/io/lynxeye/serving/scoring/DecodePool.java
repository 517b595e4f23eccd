package io.lynxeye.serving.scoring;

import io.lynxeye.serving.admission.Permit;
import io.lynxeye.serving.admission.PreparedLimiter;
import io.lynxeye.serving.admission.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The threads that decode images, shortly before a worker takes them: a model's limit on prepared
 * inputs holds back its other tasks. Models take turns, so that a flood of requests to one does not
 * delay the others; the tasks of one model run in order of arrival. A task is dropped as soon as
 * its answer completes. Not bounded: the limiters bound the tasks that get here.
 */
public final class DecodePool implements DecodeExecutor {

  private final class Task {
    final PreparedLimiter prepared;
    final CompletableFuture<?> answer;
    final Consumer<Permit> work;
    Optional<Permit> permit = Optional.empty();

    Task(PreparedLimiter prepared, CompletableFuture<?> answer, Consumer<Permit> work) {
      this.prepared = prepared;
      this.answer = answer;
      this.work = work;
    }

    boolean mayRun() {
      permit = prepared.tryAcquire(DecodePool.this::wake);
      return permit.isPresent();
    }
  }

  private final int size;
  private final List<Thread> threads = new ArrayList<>();
  private final Turns<Task> waiting = new Turns<>();
  private int idle;
  private boolean isShutDown;

  /**
   * @param size number of threads, named {@code decode-0}, ...
   */
  public DecodePool(int size) {
    this.size = size;
  }

  /** One thread per core: decoding is pure CPU work. */
  public static DecodePool perCore() {
    return new DecodePool(Runtime.getRuntime().availableProcessors());
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // Completes with the answer.
  public void execute(
      String model, PreparedLimiter prepared, CompletableFuture<?> answer, Consumer<Permit> work) {
    Task task = new Task(prepared, answer, work);
    add(model, task);
    answer.whenComplete((result, failure) -> remove(model, task));
  }

  private synchronized void add(String model, Task task) {
    if (isShutDown) {
      throw new RejectedExecutionException("the decode pool is shut down");
    }
    if (idle == 0 && threads.size() < size) {
      start();
    }
    waiting.add(model, task);
    notifyAll();
  }

  /** The threads that there are go on if the system has none left for another. */
  private void start() {
    Thread thread = new Thread(this::run, "decode-" + threads.size());
    try {
      thread.start();
      threads.add(thread);
    } catch (OutOfMemoryError e) {
      if (threads.isEmpty()) {
        throw e;
      }
    }
  }

  private void run() {
    for (Optional<Task> task = next(); task.isPresent(); task = next()) {
      try {
        run(task.get());
      } catch (RuntimeException | Error e) { // The thread goes on.
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      }
    }
  }

  private static void run(Task task) {
    Permit permit = task.permit.orElseThrow();
    if (task.answer.isDone()) {
      permit.close();
    } else {
      task.work.accept(permit);
    }
  }

  /** Waits for a task that may run; empty after the shutdown, when none is left. */
  private synchronized Optional<Task> next() {
    idle++;
    try {
      while (true) {
        Optional<Task> task = waiting.poll(Task::mayRun);
        if (task.isPresent() || (isShutDown && waiting.isEmpty())) {
          return task;
        }
        wait();
      }
    } catch (InterruptedException e) {
      return Optional.empty(); // These threads are never interrupted from outside.
    } finally {
      idle--;
    }
  }

  private synchronized void remove(String model, Task task) {
    if (waiting.remove(model, task) && isShutDown && waiting.isEmpty()) {
      notifyAll();
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  /** Accepts no more tasks; the accepted ones still run. */
  public synchronized void shutdown() {
    isShutDown = true;
    notifyAll();
  }

  /**
   * Waits for the end of a {@link #shutdown}.
   *
   * @return whether all tasks have ended
   */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    List<Thread> all;
    synchronized (this) {
      all = List.copyOf(threads);
    }
    for (Thread thread : all) {
      thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    return all.stream().noneMatch(Thread::isAlive);
  }
}
