package io.lynxeye.serving.liveness;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One daemon thread that repeats tasks and runs others in between. Whatever a task throws, an
 * {@code Error} as well, the thread and the schedule go on: the JDK's executor would end a schedule
 * in silence. If the thread itself dies, the executor replaces it. Thread-safe.
 */
public final class SteadyThread implements Executor, AutoCloseable {

  private final Consumer<Throwable> failures;
  private final ScheduledThreadPoolExecutor executor;
  private final List<Future<?>> schedules = new CopyOnWriteArrayList<>();

  /**
   * Starts nothing yet.
   *
   * @param failures receives what a repeated task throws; what it throws itself is ignored
   */
  public SteadyThread(String name, Consumer<Throwable> failures) {
    this.failures = failures;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Repeats a task until {@link #close}.
   *
   * @param delay until the first run
   * @param interval from the end of a run to the start of the next
   */
  public void repeat(Duration delay, Duration interval, Runnable task) {
    schedules.add(
        executor.scheduleWithFixedDelay(
            () -> run(task), delay.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS));
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      try {
        failures.accept(e);
      } catch (Throwable again) {
        // No memory even to report it; the next run may have some.
      }
    }
  }

  /**
   * Runs a task once.
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Whether all schedules go on; also true after {@link #close}. */
  public boolean isAlive() {
    return executor.isShutdown()
        || (schedules.stream().noneMatch(Future::isDone)
            && (schedules.isEmpty() || executor.getPoolSize() > 0));
  }

  /** Interrupts what runs and ends the thread. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
