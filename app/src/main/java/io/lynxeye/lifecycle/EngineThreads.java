package io.lynxeye.lifecycle;

/**
 * Threads of one model's engine session.
 *
 * @param intraOp inside one operation; 0 = the engine's choice, one per core
 * @param interOp operations side by side; 0 = the engine's choice
 */
public record EngineThreads(int intraOp, int interOp) {

  /** What the engine takes by itself. */
  public static final EngineThreads ENGINE_CHOICE = new EngineThreads(0, 0);

  public EngineThreads {
    if (intraOp < 0 || interOp < 0) {
      throw new IllegalArgumentException("threads start at 0: " + intraOp + ", " + interOp);
    }
  }
}
