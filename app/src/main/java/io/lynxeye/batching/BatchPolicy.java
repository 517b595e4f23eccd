package io.lynxeye.batching;

import java.time.Duration;

/**
 * How jobs become batches.
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
}
