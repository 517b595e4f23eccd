package io.lynxeye.serving.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.admission.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every job's future completes exactly once, with the job's own output, and its input is released
 * exactly once, after the last call that reads it.
 */
class BatcherInvariantTest {

  private static final int THREADS = 8;
  private static final int JOBS = 4000;

  private record Submitted(int input, CompletableFuture<BatchOutput<Integer>> future) {}

  private final Queue<Submitted> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final AtomicInteger largest = new AtomicInteger();
  private final Set<Integer> sizes = ConcurrentHashMap.newKeySet();
  private final AtomicIntegerArray releases = new AtomicIntegerArray(1 + THREADS * JOBS);
  private final AtomicInteger readTooLate = new AtomicInteger();

  /** Fails some whole batches, and every input that is a multiple of 97. */
  private List<Integer> run(List<Integer> inputs) {
    largest.accumulateAndGet(inputs.size(), Math::max);
    sizes.add(inputs.size());
    for (int input : inputs) {
      if (input % 97 == 0) {
        throw new IllegalStateException("input " + input);
      }
    }
    if (inputs.size() > 1 && inputs.get(0) % 31 == 0) {
      throw new AssertionError("this batch");
    }
    return inputs.stream().map(input -> -input).toList();
  }

  private final class Runner implements BatchRunner<Integer, Integer> {

    @Override
    public List<Integer> run(List<Integer> inputs) {
      try {
        return BatcherInvariantTest.this.run(inputs);
      } finally {
        inputs.forEach(input -> readTooLate.addAndGet(releases.get(input)));
      }
    }

    @Override
    public void release(Integer input) {
      releases.incrementAndGet(input);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "8, 1", "8, 3", "3, 2"})
  void everyFutureCompletesOnceAndCorrectly(int batchSize, int workers) throws Exception {
    BatchPolicy policy = new BatchPolicy(batchSize, Duration.ZERO, 1, workers);
    Batcher<Integer, Integer> batcher =
        new Batcher<>("invariant", policy, new Runner(), NanoClock.SYSTEM);
    CountDownLatch half = new CountDownLatch(THREADS * JOBS / 2);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int first = 1 + i * JOBS;
      Thread thread = new Thread(() -> submitAll(batcher, first, half));
      threads.add(thread);
      thread.start();
    }

    assertThat(half.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(batcher.close(Duration.ofSeconds(60))).isTrue();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(accepted.size() + refused.get()).isEqualTo(THREADS * JOBS);
    for (Submitted submitted : accepted) {
      checkEnd(submitted);
    }
    assertThat(ends).hasValue(accepted.size());
    assertThat(largest.get()).isBetween(1, batchSize);
    assertThat(sizes).isSubsetOf(policy.batchSizes());
    assertThat(batcher.queued()).isZero();
    assertThat(readTooLate).hasValue(0);
    for (Submitted submitted : accepted) {
      assertThat(releases.get(submitted.input)).isEqualTo(1);
    }
    assertThat(IntStream.range(0, releases.length()).map(releases::get).sum())
        .isEqualTo(accepted.size());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Counted by their dependents.
  private void submitAll(Batcher<Integer, Integer> batcher, int first, CountDownLatch half) {
    SplittableRandom random = new SplittableRandom(first);
    for (int input = first; input < first + JOBS; input++) {
      long timeLeft = random.nextInt(10) == 0 ? random.nextInt(200_000) - 1000 : 60_000_000_000L;
      try {
        CompletableFuture<BatchOutput<Integer>> future =
            batcher.submit(input, NanoClock.SYSTEM.nanoTime() + timeLeft);
        future.whenComplete((output, failure) -> ends.incrementAndGet());
        accepted.add(new Submitted(input, future));
        if (random.nextInt(10) == 0) {
          future.cancel(false);
        }
      } catch (RejectedException e) {
        refused.incrementAndGet();
      }
      half.countDown();
    }
  }

  private static void checkEnd(Submitted submitted) throws InterruptedException, TimeoutException {
    try {
      assertThat(submitted.future.get(0, TimeUnit.SECONDS).output()).isEqualTo(-submitted.input);
    } catch (CancellationException e) {
      assertThat(submitted.future).isCancelled();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RejectedException)) {
        assertThat(e.getCause()).hasMessage("input " + submitted.input);
      }
    }
  }
}
