package io.lynxeye.batching;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How jobs become batches. Few sizes run, so that each can be run once beforehand: the powers of
 * two up to the maximum, and the maximum.
 *
 * @param maxBatchSize most jobs in one engine call
 * @param maxDelay how long a free worker waits for a batch to fill; zero (the default everywhere)
 *     means it never waits: batches form because jobs arrive while the engine is busy
 * @param queueCapacity most jobs that wait; one more is rejected
 * @param workers engine calls that may run at once
 */
public record BatchPolicy(int maxBatchSize, Duration maxDelay, int queueCapacity, int workers) {

  public BatchPolicy {
    if (maxBatchSize < 1 || maxDelay.isNegative() || queueCapacity < 1 || workers < 1) {
      throw new IllegalArgumentException("sizes start at 1 and the delay at 0");
    }
  }

  /** The sizes that run, ascending: 1, 2, 4, 6 for a maximum of 6. */
  public List<Integer> batchSizes() {
    return IntStream.rangeClosed(1, maxBatchSize)
        .filter(size -> size == fit(size, maxBatchSize))
        .boxed()
        .toList();
  }

  /** The largest size that runs and is not more than what waits, which is at least 1. */
  static int fit(int waiting, int maxBatchSize) {
    return waiting >= maxBatchSize ? maxBatchSize : Integer.highestOneBit(waiting);
  }
}
