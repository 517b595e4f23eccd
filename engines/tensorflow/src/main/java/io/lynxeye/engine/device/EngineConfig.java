package io.lynxeye.engine.device;

import io.lynxeye.serving.engine.EngineThreads;
import java.nio.file.Path;

/**
 * How to start the engine.
 *
 * @param device the requested device
 * @param cache the user's cache folder, for the unpacked natives
 * @param intraOpThreads threads inside one operation; 0 = TensorFlow's choice, one per core
 * @param interOpThreads operations at once; 0 = TensorFlow's choice
 */
public record EngineConfig(
    DeviceChoice device, Path cache, int intraOpThreads, int interOpThreads) {

  /** The threads of a session that sets none of its own. */
  public EngineThreads threads() {
    return new EngineThreads(intraOpThreads, interOpThreads);
  }

  /** Sets the engine's system properties with these names; the engine reads them when it starts. */
  public void setThreads(String intraOp, String interOp) {
    setUnlessZero(intraOp, intraOpThreads);
    setUnlessZero(interOp, interOpThreads);
  }

  private static void setUnlessZero(String property, int threads) {
    if (threads > 0) {
      System.setProperty(property, Integer.toString(threads));
    }
  }
}
