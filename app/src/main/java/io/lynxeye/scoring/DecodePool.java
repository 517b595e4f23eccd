package io.lynxeye.scoring;

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
 * The threads that decode. Models take turns, so that a flood of one does not keep the others
 * waiting; a model's own requests are served first come, first. Work for nobody is dropped, at once
 * when its answer ends. Not bounded: admission bounds what comes here.
 */
public final class DecodePool implements DecodeExecutor {

  private record Task(String model, CompletableFuture<?> answer, Runnable work) {}

  private final ExecutorService threads;

  /** By model, what waits; the model whose turn it is comes first; none without work. */
  private final Map<String, Deque<Task>> waiting = new LinkedHashMap<>();

  /**
   * @param size decodes that may run at once; its threads are called {@code decode-0}, ...
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
  @SuppressWarnings("FutureReturnValueIgnored") // Ends when the answer does.
  public void execute(String model, CompletableFuture<?> answer, Runnable work) {
    Task task = new Task(model, answer, work);
    answer.whenComplete((result, failure) -> remove(task));
    add(task);
    try {
      threads.execute(this::next); // As many of these as tasks; which task is found out then.
    } catch (RuntimeException | Error e) { // It has ended, or the system has no threads left.
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

  /** The first of the model whose turn it is, which is the last one's turn then. */
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

  /** Takes no more work; what it has is done. */
  public void shutdown() {
    threads.shutdown();
  }

  /**
   * Waits for the end of a {@link #shutdown}.
   *
   * @return whether everything is done
   */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return threads.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }
}
