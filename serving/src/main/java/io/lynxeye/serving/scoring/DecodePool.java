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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The threads that decode images, shortly before a worker takes them: a model's limit on prepared
 * inputs holds back its other tasks, and so does a limit on those of all models, of which each may
 * always have one. Models take turns, so that a flood of requests to one does not delay the others;
 * the tasks of one model run in order of arrival. A task is dropped as soon as its answer
 * completes. Not bounded: the limiters bound the tasks that get here.
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

    /** Called under the pool's lock, as is everything that reads the permit. */
    boolean mayRun() {
      if (inUse < maxPrepared || prepared.inUse() == 0) {
        permit = prepared.tryAcquire(DecodePool.this::wake).map(DecodePool.this::counted);
      }
      return permit.isPresent();
    }
  }

  private static final int BYTES_PER_PREPARED = 2 << 20;

  private final int size;
  private final int maxPrepared;
  private final List<Thread> threads = new ArrayList<>();
  private final Turns<Task> waiting = new Turns<>();
  private int idle;
  private int inUse;
  private boolean isShutDown;

  /**
   * @param size number of threads, named {@code decode-0}, ...
   * @param maxPrepared prepared inputs of all models together
   */
  public DecodePool(int size, int maxPrepared) {
    this.size = size;
    this.maxPrepared = maxPrepared;
  }

  /**
   * One thread per core: decoding is pure CPU work. One prepared input for each 2 MB of the heap:
   * that of ResNet50 has 0.6 MB.
   */
  public static DecodePool perCore() {
    Runtime runtime = Runtime.getRuntime();
    long most = runtime.maxMemory() / BYTES_PER_PREPARED;
    return new DecodePool(runtime.availableProcessors(), (int) Math.min(most, Integer.MAX_VALUE));
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

  /** Whatever a task throws, an {@code Error} or a stray interruption, the thread goes on. */
  private void run() {
    boolean goesOn = true;
    while (goesOn) {
      try {
        goesOn = runNext();
      } catch (Throwable e) {
        report(e);
      }
    }
  }

  private static void report(Throwable failure) {
    try {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    } catch (Throwable again) {
      // No memory even to report it.
    }
  }

  /** Returns false after the shutdown, when no task is left. */
  private boolean runNext() throws InterruptedException {
    Optional<Task> task = next();
    task.ifPresent(DecodePool::run);
    return task.isPresent();
  }

  /** Whether all threads that were started still run; also true after {@link #shutdown}. */
  public synchronized boolean isAlive() {
    return isShutDown || threads.stream().allMatch(Thread::isAlive);
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
  private synchronized Optional<Task> next() throws InterruptedException {
    idle++;
    try {
      while (true) {
        Optional<Task> task = waiting.poll(Task::mayRun);
        if (task.isPresent() || (isShutDown && waiting.isEmpty())) {
          return task;
        }
        wait();
      }
    } finally {
      idle--;
    }
  }

  private synchronized void remove(String model, Task task) {
    boolean waits = task.permit.isEmpty(); // Otherwise the search of a long line finds nothing.
    if (waits && waiting.remove(model, task) && isShutDown && waiting.isEmpty()) {
      notifyAll();
    }
  }

  /** Called under the lock. */
  private Permit counted(Permit ofModel) {
    inUse++;
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        ofModel.close();
        released();
      }
    };
  }

  private synchronized void released() {
    inUse--;
    notifyAll();
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
