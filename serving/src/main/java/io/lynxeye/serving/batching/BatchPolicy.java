package io.lynxeye.serving.batching;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How jobs form batches. Only a few batch sizes are used, so that each can be warmed up: the powers
 * of two up to the maximum, and the maximum.
 *
 * @param maxBatchSize most jobs in one inference call
 * @param maxDelay how long a free worker waits for a batch to fill; with zero, the default, it
 *     never waits: batches form because jobs arrive while the engine is busy
 * @param queueCapacity jobs that may be in flight in addition to those in the engine; the model's
 *     limiter enforces it, before jobs get here
 * @param workers inference calls that may run in parallel
 */
public record BatchPolicy(int maxBatchSize, Duration maxDelay, int queueCapacity, int workers) {

  public BatchPolicy {
    if (maxBatchSize < 1 || maxDelay.isNegative() || queueCapacity < 1 || workers < 1) {
      throw new IllegalArgumentException("sizes must be at least 1 and the delay at least 0");
    }
  }

  /** The batch sizes in use, ascending: 1, 2, 4, 6 for a maximum of 6. */
  public List<Integer> batchSizes() {
    return IntStream.rangeClosed(1, maxBatchSize)
        .filter(size -> size == fit(size, maxBatchSize))
        .boxed()
        .toList();
  }

  /** The largest batch size in use that {@code waiting} jobs, at least one, can fill. */
  static int fit(int waiting, int maxBatchSize) {
    return waiting >= maxBatchSize ? maxBatchSize : Integer.highestOneBit(waiting);
  }
}
