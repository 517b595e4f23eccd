package io.lynxeye.serving.scoring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that decode images. Models take turns, so that a flood of requests to one does not
 * delay the others; the tasks of one model run in order of arrival. A task is dropped as soon as
 * its answer completes. Not bounded: the limiters bound the tasks that get here.
 */
public final class DecodePool implements DecodeExecutor {

  private record Task(String model, CompletableFuture<?> answer, Runnable work) {}

  private final ExecutorService threads;

  /** Waiting tasks by model, in the order of the models' turns; only models with tasks. */
  private final Map<String, Deque<Task>> waiting = new LinkedHashMap<>();

  /**
   * @param size number of threads, named {@code decode-0}, ...
   */
  public DecodePool(int size) {
    AtomicInteger number = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            size, work -> new Thread(work, "decode-" + number.getAndIncrement()));
  }

  /** One thread per core: decoding is pure CPU work. */
  public static DecodePool perCore() {
    return new DecodePool(Runtime.getRuntime().availableProcessors());
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // Completes with the answer.
  public void execute(String model, CompletableFuture<?> answer, Runnable work) {
    Task task = new Task(model, answer, work);
    answer.whenComplete((result, failure) -> remove(task));
    add(task);
    try {
      threads.execute(this::next); // One call per task; the task is chosen when it runs.
    } catch (RuntimeException | Error e) { // Shut down, or the system has no threads left.
      remove(task);
      throw e;
    }
  }

  private void next() {
    Task task = poll();
    if (task != null && !task.answer.isDone()) {
      task.work.run();
    }
  }

  private synchronized void add(Task task) {
    waiting.computeIfAbsent(task.model, model -> new ArrayDeque<>()).addLast(task);
  }

  /** The first task of the model whose turn it is; the model then goes to the end. */
  private synchronized Task poll() {
    Iterator<Map.Entry<String, Deque<Task>>> turns = waiting.entrySet().iterator();
    if (!turns.hasNext()) {
      return null;
    }
    Map.Entry<String, Deque<Task>> turn = turns.next();
    String model = turn.getKey();
    Deque<Task> tasks = turn.getValue();
    turns.remove();
    Task task = tasks.pollFirst();
    if (!tasks.isEmpty()) {
      waiting.put(model, tasks);
    }
    return task;
  }

  private synchronized void remove(Task task) {
    Deque<Task> tasks = waiting.get(task.model);
    if (tasks != null && tasks.remove(task) && tasks.isEmpty()) {
      waiting.remove(task.model);
    }
  }

  /** Accepts no more tasks; the accepted ones still run. */
  public void shutdown() {
    threads.shutdown();
  }

  /**
   * Waits for the end of a {@link #shutdown}.
   *
   * @return whether all tasks have ended
   */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return threads.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }
}
