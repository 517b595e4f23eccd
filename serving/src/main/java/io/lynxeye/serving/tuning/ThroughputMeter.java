package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures a model's throughput with several workers: the better of two runs, as other load on the
 * machine can only slow them down.
 */
final class ThroughputMeter {

  /** A run takes at least this long, and at least this many calls of each worker. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int LEAST_CALLS = 2;
  private static final int RUNS = 2;

  private final LongSupplier nanoTime;

  ThroughputMeter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Measures for a second, or four calls of each worker.
   *
   * @throws InvalidInputException if the model rejects the input
   * @throws IllegalStateException if the model fails
   */
  double imagesPerSecond(LoadedModel model, PreparedInput sample, int workers, int batchSize)
      throws InvalidInputException {
    List<PreparedInput> batch = Collections.nCopies(batchSize, sample);
    model.run(batch); // The first call of a size is slow.
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      double best = 0;
      for (int i = 0; i < RUNS; i++) {
        best = Math.max(best, new Run(model, batch, workers).on(threads));
      }
      return best * batchSize;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      threads.shutdown();
    }
  }

  /** One run: every worker calls the model until all have called it often enough. */
  private final class Run {

    private final LoadedModel model;
    private final List<PreparedInput> batch;
    private final int workers;
    private final CountDownLatch unfinished;
    private final long start = nanoTime.getAsLong();

    Run(LoadedModel model, List<PreparedInput> batch, int workers) {
      this.model = model;
      this.batch = batch;
      this.workers = workers;
      this.unfinished = new CountDownLatch(workers);
    }

    /** Returns the calls per second. */
    double on(ExecutorService threads) throws ExecutionException, InterruptedException {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        counts.add(threads.submit(this::run));
      }
      int calls = 0;
      ExecutionException failure = null;
      for (Future<Integer> count : counts) { // After a failure the others still use the model.
        try {
          calls += count.get();
        } catch (ExecutionException e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
      return calls * 1e9 / Math.max(1, nanoTime.getAsLong() - start);
    }

    private int run() throws InvalidInputException {
      int calls = 0;
      boolean isEnough = false;
      try {
        while (!isEnough || unfinished.getCount() > 0) {
          model.run(batch);
          calls++;
          if (!isEnough && calls >= LEAST_CALLS && nanoTime.getAsLong() - start >= LEAST_NANOS) {
            isEnough = true;
            unfinished.countDown();
          }
        }
        return calls;
      } finally {
        if (!isEnough) { // It failed, so the others must not wait for it.
          unfinished.countDown();
        }
      }
    }
  }
}
