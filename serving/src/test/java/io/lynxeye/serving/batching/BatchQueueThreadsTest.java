package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchQueueThreadsTest {

  private static final int THREADS = 8;
  private static final int JOBS = 2000;

  private record Ticket(int thread, int number) {}

  private static void inThreads(IntConsumer work) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      threads.add(
          new Thread(
              () -> {
                try {
                  start.await();
                  work.accept(thread);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    threads.forEach(Thread::start);
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static Job<Ticket, Ticket> job(int thread, int number) {
    long now = System.nanoTime();
    return new Job<>(new Ticket(thread, number), now, now + 60_000_000_000L);
  }

  @RepeatedTest(5)
  void losesNothingAndKeepsEachThreadsOrder() throws InterruptedException {
    BatchQueue<Ticket, Ticket> queue = new BatchQueue<>(NanoClock.SYSTEM, dropped -> {});
    Map<Integer, Collection<Integer>> accepted = new ConcurrentHashMap<>();
    List<Ticket> taken = new ArrayList<>();
    Thread taker =
        new Thread(
            () -> {
              try {
                List<Job<Ticket, Ticket>> batch = queue.take(7, 0, () -> false);
                while (!batch.isEmpty()) {
                  assertThat(batch).hasSizeLessThanOrEqualTo(7);
                  batch.forEach(job -> taken.add(job.input));
                  batch = queue.take(7, 0, () -> false);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    taker.start();

    inThreads(
        thread -> {
          Collection<Integer> mine = new ConcurrentLinkedQueue<>();
          accepted.put(thread, mine);
          for (int i = 0; i < JOBS; i++) {
            queue.add(job(thread, i));
            mine.add(i);
          }
        });
    queue.close();
    taker.join();

    Map<Integer, List<Integer>> takenByThread =
        taken.stream()
            .collect(
                Collectors.groupingBy(
                    Ticket::thread, Collectors.mapping(Ticket::number, Collectors.toList())));
    accepted.forEach(
        (thread, numbers) ->
            assertThat(takenByThread.getOrDefault(thread, List.of()))
                .containsExactlyElementsOf(numbers));
  }
}
