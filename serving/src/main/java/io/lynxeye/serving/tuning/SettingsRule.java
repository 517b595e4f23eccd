package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;

/**
 * Chooses settings for one client and for many. A session on all cores answers a single request
 * fastest, and calls that overlap in it keep the cores busy. Sessions with one thread per call lose
 * less time at each operation, which matters for light models and on many cores; there, calls that
 * run alone have a second session on all cores.
 *
 * @param cores of this machine
 * @param isGpu whether models run on a GPU
 */
public record SettingsRule(int cores, boolean isGpu) {

  private static final int BATCH_ON_CPU = 4;
  private static final int BATCH_ON_GPU = 32;

  /** One call computes while the other one's input and output are copied. */
  private static final int OVERLAPPING = 2;

  /** A second session of a light model costs little memory: three times the size of its files. */
  private static final long LIGHT_BYTES = 64L << 20;

  /** On machines like these, the memory of a second session does not matter. */
  private static final int SEVERAL_CORES = 4;

  /** From here on, one thread per call would mean dozens of images in flight. */
  private static final int MANY_CORES = 16;

  private static final int FEW_CORES_EACH = 4;

  /**
   * The settings of a model.
   *
   * @param modelBytes the size of its files
   */
  Tuning of(long modelBytes) {
    if (isGpu) {
      return new Tuning(OVERLAPPING, BATCH_ON_GPU, EngineThreads.ENGINE_CHOICE, false);
    }
    if (cores == 1 || (modelBytes > LIGHT_BYTES && cores < SEVERAL_CORES)) {
      int workers = Math.min(cores, OVERLAPPING);
      return new Tuning(workers, BATCH_ON_CPU, EngineThreads.ENGINE_CHOICE, false);
    }
    int threadsEach = cores < MANY_CORES ? 1 : FEW_CORES_EACH;
    int workers = cores / threadsEach;
    // With fewer inter-op threads, calls would wait for each other.
    return new Tuning(workers, BATCH_ON_CPU, new EngineThreads(threadsEach, workers), true);
  }
}
