package io.lynxeye.engine;

import io.lynxeye.lifecycle.EngineThreads;
import java.nio.file.Path;

/**
 * How the engine is started.
 *
 * @param device what was asked for
 * @param cache the user's cache folder, for the unpacked natives
 * @param intraOpThreads threads inside one operation; 0 = TensorFlow's choice, one per core
 * @param interOpThreads operations side by side; 0 = TensorFlow's choice
 */
public record EngineConfig(
    DeviceChoice device, Path cache, int intraOpThreads, int interOpThreads) {

  /** Of a session for which nothing else is said. */
  EngineThreads threads() {
    return new EngineThreads(intraOpThreads, interOpThreads);
  }

  /** Sets an engine's system properties of these names, which it reads when it starts. */
  void setThreads(String intraOp, String interOp) {
    setUnlessZero(intraOp, intraOpThreads);
    setUnlessZero(interOp, interOpThreads);
  }

  private static void setUnlessZero(String property, int threads) {
    if (threads > 0) {
      System.setProperty(property, Integer.toString(threads));
    }
  }
}
