package io.lynxeye.serving.engine;

/**
 * The settings of a version for this machine.
 *
 * @param workers parallel inference calls
 * @param maxBatchSize most images per call
 * @param threads thread counts of its engine session
 */
public record Tuning(int workers, int maxBatchSize, EngineThreads threads) {

  public Tuning {
    if (workers < 1 || maxBatchSize < 1) {
      throw new IllegalArgumentException("must be at least 1: " + workers + ", " + maxBatchSize);
    }
  }
}
