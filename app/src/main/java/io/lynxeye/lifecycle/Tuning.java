package io.lynxeye.lifecycle;

/**
 * How a version runs best on this machine.
 *
 * @param workers engine calls at once
 * @param maxBatchSize most pictures in one of them
 * @param threads of its session
 */
public record Tuning(int workers, int maxBatchSize, EngineThreads threads) {

  public Tuning {
    if (workers < 1 || maxBatchSize < 1) {
      throw new IllegalArgumentException("at least one: " + workers + ", " + maxBatchSize);
    }
  }
}
