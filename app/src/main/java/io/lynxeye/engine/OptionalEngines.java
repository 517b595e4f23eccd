package io.lynxeye.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.lynxeye.lifecycle.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines beside TensorFlow that are on the class path, each started when the first model needs
 * it. Nothing here is compiled against them.
 */
final class OptionalEngines {

  static final String ONNX_RUNTIME = "OnnxRuntime";
  static final String PYTORCH = "PyTorch";

  private static final Logger log = LoggerFactory.getLogger(OptionalEngines.class);

  private final EngineConfig config;

  OptionalEngines(EngineConfig config) {
    this.config = config;
  }

  /**
   * Starts one, or finds it started: ONNX Runtime in a fraction of a second, PyTorch in one, the
   * first time on a machine in five. Never touches the network. On the manager's thread.
   *
   * @throws ModelLoadException when it is not installed or does not start
   */
  Engine start(String name) throws ModelLoadException {
    prepareProcess();
    if (!Engine.hasEngine(name)) {
      throw new ModelLoadException(
          "its engine %s is not installed: start with ./lynxeye serve --with-%s"
              .formatted(name, name.toLowerCase(Locale.ROOT)));
    }
    if (name.equals(PYTORCH) && !Files.isDirectory(natives().resolve("pytorch"))) {
      log.info("unpacking PyTorch, once, below {}", natives());
    }
    try {
      return Engine.getEngine(name);
    } catch (EngineException | LinkageError e) {
      throw new ModelLoadException(
          "its engine %s does not start: %s".formatted(name, Causes.deepest(e)), e);
    }
  }

  /** Must come before the first use of each engine, which reads these once. */
  private void prepareProcess() {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    // Version 1.29 of ONNX Runtime began to report to its maker. Ours does not; a later one must
    // not either, and it reads this variable alone.
    ProcessEnvironment.setDefault("ORT_DISABLE_TELEMETRY", "1");
    // Else every call would look for another engine to do arithmetic, and start it.
    setDefault("ai.djl.onnx.disable_alternative", "true");
    setDefault("ENGINE_CACHE_DIR", natives().toString());
    config.setThreads("ai.djl.pytorch.num_threads", "ai.djl.pytorch.num_interop_threads");
  }

  private Path natives() {
    return config.cache().resolve("natives");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Name and version; ONNX Runtime's is not the one DJL tells, which is what DJL was built for. */
  static String describe(Engine engine) {
    String name = engine.getEngineName();
    return name.equals(ONNX_RUNTIME) ? name : name + " " + engine.getVersion();
  }

  /** Options of one model's load that follow from the server's settings. */
  Map<String, String> options(String name) {
    Map<String, String> options = new HashMap<>();
    if (name.equals(ONNX_RUNTIME) && config.intraOpThreads() > 0) {
      options.put("intraOpNumThreads", Integer.toString(config.intraOpThreads()));
    }
    if (name.equals(ONNX_RUNTIME) && config.interOpThreads() > 0) {
      options.put("interOpNumThreads", Integer.toString(config.interOpThreads()));
    }
    return options;
  }
}
