package io.lynxeye.serving.engine;

/**
 * The thread counts of a model's engine session.
 *
 * @param intraOp threads within one operation; 0 = the engine's default, one per core
 * @param interOp operations that run in parallel; 0 = the engine's default
 */
public record EngineThreads(int intraOp, int interOp) {

  /** The engine's defaults. */
  public static final EngineThreads ENGINE_CHOICE = new EngineThreads(0, 0);

  public EngineThreads {
    if (intraOp < 0 || interOp < 0) {
      throw new IllegalArgumentException(
          "thread counts must not be negative: " + intraOp + ", " + interOp);
    }
  }
}
