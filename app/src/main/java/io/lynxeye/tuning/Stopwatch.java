package io.lynxeye.tuning;

import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
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
 * Runs a model as its workers would, and tells how many pictures a second that makes: by the
 * fastest call, for whatever else goes on in a machine only ever slows a call down.
 */
final class Stopwatch {

  /** Each measurement: so long, and so many calls of each worker, whichever is more. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int LEAST_CALLS = 3;

  private final LongSupplier nanoTime;

  Stopwatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Takes half a second, or three calls.
   *
   * @throws InvalidInputException when the model cannot run it
   * @throws IllegalStateException likewise
   */
  double picturesPerSecond(LoadedModel model, Sample sample, int workers, int batchSize)
      throws InvalidInputException {
    List<Sample> batch = Collections.nCopies(batchSize, sample);
    model.run(batch); // The first call of a size is a slow one.
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      Heat heat = new Heat(model, batch, workers);
      List<Future<Long>> fastest = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        fastest.add(threads.submit(heat::run));
      }
      long least = Long.MAX_VALUE;
      for (Future<Long> nanos : fastest) {
        least = Math.min(least, nanos.get());
      }
      return 1e9 * workers * batchSize / Math.max(1, least);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      threads.shutdown();
    }
  }

  /** One measurement. Calls count only while every worker has more to do: side by side. */
  private final class Heat {

    private final LoadedModel model;
    private final List<Sample> batch;
    private final CountDownLatch busy;
    private final long start = nanoTime.getAsLong();

    Heat(LoadedModel model, List<Sample> batch, int workers) {
      this.model = model;
      this.batch = batch;
      this.busy = new CountDownLatch(workers);
    }

    /** The fastest call's nanoseconds; runs until every worker has what it needs. */
    long run() throws InvalidInputException {
      long fastest = Long.MAX_VALUE;
      int calls = 0;
      boolean isEnough = false;
      try {
        while (!isEnough || busy.getCount() > 0) {
          long begun = nanoTime.getAsLong();
          model.run(batch);
          long ended = nanoTime.getAsLong();
          fastest = Math.min(fastest, ended - begun);
          calls++;
          if (!isEnough && calls >= LEAST_CALLS && ended - start >= LEAST_NANOS) {
            isEnough = true;
            busy.countDown();
          }
        }
      } finally {
        if (!isEnough) { // It failed: the others need not wait.
          busy.countDown();
        }
      }
      return fastest;
    }
  }
}
