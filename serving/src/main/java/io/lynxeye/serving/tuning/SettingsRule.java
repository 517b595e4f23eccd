package io.lynxeye.serving.tuning;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import java.util.OptionalInt;

/**
 * Chooses settings for one client and for many. A session on all cores answers a single request
 * fastest, and calls that overlap in it keep the cores busy. Sessions with one thread per call lose
 * less time at each operation, which matters for light models and on many cores; there, calls that
 * run alone have a second session on all cores.
 *
 * @param cores that this process may use
 */
public record SettingsRule(int cores) {

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
   * @param workers given by an operator; the threads are shared out among them
   */
  Tuning of(PrecisionOption model, OptionalInt workers) {
    if (model.isOnGpu()) {
      return new Tuning(
          workers.orElse(OVERLAPPING), BATCH_ON_GPU, EngineThreads.ENGINE_CHOICE, false);
    }
    if (cores == 1 || (model.modelBytes() > LIGHT_BYTES && cores < SEVERAL_CORES)) {
      int calls = workers.orElse(Math.min(cores, OVERLAPPING));
      return new Tuning(calls, BATCH_ON_CPU, allCores(), false);
    }
    int each = cores < MANY_CORES ? 1 : FEW_CORES_EACH;
    int calls = workers.orElse(cores / each);
    // With fewer inter-op threads, calls would wait for each other.
    EngineThreads shared = new EngineThreads(Math.max(1, cores / calls), calls);
    return new Tuning(calls, BATCH_ON_CPU, shared, calls > 1);
  }

  /**
   * The threads of a call that runs alone. The engine's own choice would be the machine's cores,
   * also in a container that may use few of them.
   */
  public EngineThreads allCores() {
    return new EngineThreads(cores, cores);
  }
}
