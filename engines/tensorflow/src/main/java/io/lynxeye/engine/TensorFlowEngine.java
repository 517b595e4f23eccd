package io.lynxeye.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import io.lynxeye.engine.device.Device;
import io.lynxeye.engine.device.DeviceChoice;
import io.lynxeye.engine.device.DeviceUnavailableException;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.device.GpuProbe;
import io.lynxeye.engine.device.GpuReport;
import io.lynxeye.engine.djl.Causes;
import io.lynxeye.engine.natives.CacheFolder;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.engine.natives.ProcessEnvironment;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.manifest.Precision;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * TensorFlow, started in this process on one device. TensorFlow keeps its devices, thread pools and
 * environment per process, so there is one instance, which lives until the process ends.
 */
public final class TensorFlowEngine {

  /** The engine's name, in DJL and in the manifest. */
  public static final String NAME = "TensorFlow";

  private static final Logger log = LoggerFactory.getLogger(TensorFlowEngine.class);

  private final Device device;
  private final EngineThreads threads;

  private TensorFlowEngine(Device device, EngineThreads threads) {
    this.device = device;
    this.threads = threads;
  }

  /**
   * Unpacks the natives if needed and starts TensorFlow, which takes seconds. Never uses the
   * network.
   *
   * @throws DeviceUnavailableException when a GPU was requested and cannot be used
   * @throws IOException when the cache must not be used, or the natives cannot be unpacked
   */
  public static TensorFlowEngine start(EngineConfig config, NativeLibraries.Listener listener)
      throws DeviceUnavailableException, IOException {
    CacheFolder.require(config.cache());
    boolean cpuAsked = config.device().kind() == DeviceChoice.Kind.CPU;
    GpuReport gpus =
        cpuAsked ? GpuReport.NONE : GpuProbe.probe(); // A probe opens CUDA's libraries.
    Device chosen = Device.choose(config.device(), gpus);
    TensorFlowBuild build = TensorFlowBuild.ofThisProcess();
    Path natives = build.in(config.cache()).unpack(listener);
    prepareProcess(config, chosen, natives);
    Engine engine = open(natives);
    Device device = confirm(config.device(), chosen, engine);
    log.info(
        "TensorFlow {} (build for {}) on {}: {}",
        engine.getVersion(),
        build.devices(),
        device.name(),
        device.reason());
    return new TensorFlowEngine(device, config.threads());
  }

  private static Engine open(Path natives) throws IOException {
    try {
      return Engine.getEngine(NAME);
    } catch (EngineException | LinkageError e) {
      log.debug("TensorFlow does not start", e);
      throw new IOException(
          "TensorFlow does not start from %s: delete that folder and start again, so that it is unpacked again (%s)"
              .formatted(natives, Causes.deepest(e)),
          e);
    }
  }

  /** Must come before the first use of an engine: DJL and TensorFlow read these once. */
  private static void prepareProcess(EngineConfig config, Device device, Path natives) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("TENSORFLOW_LIBRARY_PATH", natives.toString());
    // Otherwise JavaCPP would unpack the class path's build into its own cache and use that.
    System.setProperty("org.bytedeco.javacpp.pathsfirst", "true");
    // JavaCPP warns about classes that DJL leaves out; its own logger would print that.
    System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
    config.setThreads(
        "ai.djl.tensorflow.num_intraop_threads", "ai.djl.tensorflow.num_interop_threads");
    ProcessEnvironment.setDefault("TF_CPP_MIN_LOG_LEVEL", "2");
    // By default TensorFlow uses oneDNN only on newer processors; it is faster on older ones too.
    ProcessEnvironment.setDefault("TF_ENABLE_ONEDNN_OPTS", "1");
    // Otherwise all sessions would share the first session's thread count.
    ProcessEnvironment.setDefault("TF_OVERRIDE_GLOBAL_THREADPOOL", "1");
    Bfloat16.keepLastLayerExact();
    ProcessEnvironment.setDefault("TF_FORCE_GPU_ALLOW_GROWTH", "true");
    // NVML counts GPUs by bus position; CUDA must count the same way.
    ProcessEnvironment.setDefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    ProcessEnvironment.set("CUDA_VISIBLE_DEVICES", GpuProbe.visibleAlone(device.gpuIndex()));
  }

  /** The probe saw driver, device and libraries; TensorFlow may still refuse the device. */
  private static Device confirm(DeviceChoice choice, Device chosen, Engine engine)
      throws DeviceUnavailableException {
    if (!chosen.isGpu() || engine.hasCapability(StandardCapabilities.CUDA)) {
      return chosen;
    }
    String problem =
        "TensorFlow could not use "
            + chosen.name()
            + "; start with TF_CPP_MIN_LOG_LEVEL=0 to see its reason";
    if (choice.kind() == DeviceChoice.Kind.GPU) {
      throw new DeviceUnavailableException(problem);
    }
    return Device.cpu(problem);
  }

  /** Returns the device that models of this process run on. */
  public Device device() {
    return device;
  }

  /** Returns name and version. */
  String description() {
    return NAME + " " + Engine.getEngine(NAME).getVersion();
  }

  /** The default thread settings of a session. */
  EngineThreads threads() {
    return threads;
  }

  /**
   * The settings of a model's session. A session on the CPU sees no GPU, even if the process does.
   *
   * @param precision any but {@code AUTO}
   */
  ConfigProto session(Device model, EngineThreads session, Precision precision) {
    ConfigProto.Builder config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(session.intraOp())
            .setInterOpParallelismThreads(session.interOp())
            .setUsePerSessionThreads(!session.equals(EngineThreads.ENGINE_CHOICE))
            .setAllowSoftPlacement(true)
            .setExperimental( // A graph never changes here: no copies for changes and debuggers.
                ConfigProto.Experimental.newBuilder()
                    .setOptimizeForStaticGraph(true)
                    .setDisableOutputPartitionGraphs(true))
            .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true));
    if (model.isGpu() != device.isGpu()) {
      config.putDeviceCount("GPU", 0);
    }
    if (precision == Precision.BF16) {
      config.setGraphOptions(Bfloat16.rewrite());
    }
    return config.build();
  }
}
