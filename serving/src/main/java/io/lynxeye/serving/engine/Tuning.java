package io.lynxeye.serving.engine;

/**
 * The settings of a version for this machine.
 *
 * @param workers parallel inference calls
 * @param maxBatchSize most images per call
 * @param threads thread counts of its engine session
 * @param soloSession whether calls that run alone have a second session, which uses all cores
 */
public record Tuning(int workers, int maxBatchSize, EngineThreads threads, boolean soloSession) {

  public Tuning {
    if (workers < 1 || maxBatchSize < 1) {
      throw new IllegalArgumentException("must be at least 1: " + workers + ", " + maxBatchSize);
    }
  }

  /** The same settings with one session. */
  public Tuning withoutSoloSession() {
    return new Tuning(workers, maxBatchSize, threads, false);
  }

  /** The settings as options of {@code serve} that reproduce them. */
  public String options() {
    return "--workers %d --batch-size %d --intra-op-threads %d --inter-op-threads %d --solo-session %s"
        .formatted(
            workers,
            maxBatchSize,
            threads.intraOp(),
            threads.interOp(),
            soloSession ? "on" : "off");
  }
}
