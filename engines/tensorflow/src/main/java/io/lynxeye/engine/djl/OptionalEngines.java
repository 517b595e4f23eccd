package io.lynxeye.engine.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.natives.ProcessEnvironment;
import io.lynxeye.serving.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engines other than TensorFlow on the class path. Each starts when the first model needs it.
 * Nothing is compiled against them.
 */
public final class OptionalEngines {

  static final String ONNX_RUNTIME = "OnnxRuntime";
  static final String PYTORCH = "PyTorch";

  private static final Logger log = LoggerFactory.getLogger(OptionalEngines.class);

  private final EngineConfig config;

  public OptionalEngines(EngineConfig config) {
    this.config = config;
  }

  /**
   * Starts an engine, or returns the running one. ONNX Runtime takes a fraction of a second;
   * PyTorch takes one second, and five the first time on a machine. Never uses the network. Called
   * on the model manager's thread.
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
      log.info("unpacking PyTorch once, below {}", natives());
    }
    try {
      return Engine.getEngine(name);
    } catch (EngineException | LinkageError e) {
      throw new ModelLoadException(
          "its engine %s does not start: %s".formatted(name, Causes.deepest(e)), e);
    }
  }

  /** Sets what each engine reads once, before its first use. */
  private void prepareProcess() {
    setDefault("ai.djl.offline", "true");
    setDefault("OPT_OUT_TRACKING", "true");
    // ONNX Runtime 1.29 and later send telemetry by default. The version in use does not; an
    // upgrade must not either, and this variable is the only switch.
    ProcessEnvironment.setDefault("ORT_DISABLE_TELEMETRY", "1");
    setDefault("ENGINE_CACHE_DIR", natives().toString());
    config.setThreads("ai.djl.pytorch.num_threads", "ai.djl.pytorch.num_interop_threads");
    // ONNX Runtime has no tensor arithmetic for translators. PyTorch's is used where it is
    // installed; any other engine would be started for nothing.
    setDefault("ai.djl.onnx.disable_alternative", Boolean.toString(!Engine.hasEngine(PYTORCH)));
  }

  private Path natives() {
    return config.cache().resolve("natives");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Returns name and version. For ONNX Runtime the name only: DJL reports the version it was built
   * for, not the installed one.
   */
  static String describe(Engine engine) {
    String name = engine.getEngineName();
    return name.equals(ONNX_RUNTIME) ? name : name + " " + engine.getVersion();
  }

  /** Options for loading one model, derived from the server's settings. */
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
