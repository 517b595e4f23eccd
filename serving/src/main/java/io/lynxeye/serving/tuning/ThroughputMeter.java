package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.Tuning;
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
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Measures the throughput of models in turns, so that a machine whose speed drifts, or that has
 * other work, slows all of them down.
 */
final class ThroughputMeter {

  /** A run takes at least this long, and at least one call of each worker. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final int ROUNDS = 5;

  /**
   * A model that is measured.
   *
   * @param sample an input of it
   * @param tuning the number of its workers, and the size of a batch
   */
  record Contender(LoadedModel model, PreparedInput sample, Tuning tuning) {

    private List<PreparedInput> batch() {
      return Collections.nCopies(tuning.maxBatchSize(), sample);
    }
  }

  private final BooleanSupplier isGivenUp;
  private final LongSupplier nanoTime;

  /**
   * @param isGivenUp whether to stop; checked before each run
   */
  ThroughputMeter(BooleanSupplier isGivenUp, LongSupplier nanoTime) {
    this.isGivenUp = isGivenUp;
    this.nanoTime = nanoTime;
  }

  /**
   * Measures five times a quarter of a second for each model, or five calls of each worker.
   *
   * @return images per second, in the models' order: the median of the first model, and for each
   *     other one that figure times the median of its ratio to the first in the same round
   * @throws InvalidInputException if a model rejects its input
   * @throws IllegalStateException if a model fails, or the measurement is given up
   */
  List<Double> imagesPerSecond(List<Contender> contenders) throws InvalidInputException {
    List<List<Double>> ratios = new ArrayList<>();
    for (Contender contender : contenders) {
      contender.model().run(contender.batch()); // The first call of a size is slow.
      ratios.add(new ArrayList<>());
    }
    List<Double> first = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        double rate = imagesPerSecond(contenders.get(i));
        if (i == 0) {
          first.add(rate);
        }
        ratios.get(i).add(rate / first.get(round));
      }
    }
    double base = median(first);
    return ratios.stream().map(ratio -> base * median(ratio)).toList();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private double imagesPerSecond(Contender contender) {
    if (isGivenUp.getAsBoolean()) {
      throw new IllegalStateException("given up");
    }
    ExecutorService threads = Executors.newFixedThreadPool(contender.tuning().workers());
    try {
      return new Run(contender).on(threads) * contender.tuning().maxBatchSize();
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

    Run(Contender contender) {
      this.model = contender.model();
      this.batch = contender.batch();
      this.workers = contender.tuning().workers();
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
          if (!isEnough && nanoTime.getAsLong() - start >= LEAST_NANOS) {
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
