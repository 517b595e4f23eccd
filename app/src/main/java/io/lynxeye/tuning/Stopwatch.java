package io.lynxeye.tuning;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Runs a model as its workers would, and tells how many pictures a second that makes. */
final class Stopwatch {

  /** Each measurement: so long, and so many calls of each worker, whichever is more. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int LEAST_CALLS = 2;

  private final LongSupplier nanoTime;

  Stopwatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * @throws InvalidInputException when the model cannot run it
   * @throws IllegalStateException likewise
   */
  double picturesPerSecond(LoadedModel model, Sample sample, int workers, int batchSize)
      throws InvalidInputException {
    List<Sample> batch = Collections.nCopies(batchSize, sample);
    model.run(batch); // The first call of a size is a slow one.
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      long start = nanoTime.getAsLong();
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        calls.add(threads.submit(() -> run(model, batch, start)));
      }
      int pictures = 0;
      for (Future<Integer> call : calls) {
        pictures += batchSize * call.get();
      }
      return pictures * 1e9 / Math.max(1, nanoTime.getAsLong() - start);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      threads.shutdown();
    }
  }

  private int run(LoadedModel model, List<Sample> batch, long start) throws InvalidInputException {
    int calls = 0;
    while (calls < LEAST_CALLS || nanoTime.getAsLong() - start < LEAST_NANOS) {
      model.run(batch);
      calls++;
    }
    return calls;
  }
}
