package io.lynxeye.cli.options;

import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.TensorFlowEngine;
import io.lynxeye.engine.device.DeviceChoice;
import io.lynxeye.engine.device.DeviceUnavailableException;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.engine.jpeg.JpegDecoders;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.translators.DecodeLimits;
import io.lynxeye.translators.ImageDecoder;
import io.lynxeye.translators.format.webp.LibWebp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.Option;

/** The device and threads of the engine: options that several commands share. */
public final class EngineOptions {

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu|gpu:N",
      description =
          "The device that models run on. auto: a GPU if one is usable, else the CPU; gpu: a GPU,"
              + " or fail. Default: ${DEFAULT-VALUE}.",
      defaultValue = "auto")
  private String device;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      description = "The largest image, as width x height. Default: ${DEFAULT-VALUE}.",
      defaultValue = "50000000")
  private long maxPixels;

  @Option(
      names = "--intra-op-threads",
      paramLabel = "N",
      description =
          "Threads within one operation; 0 = one per core. Default: by a rule of serve; 0 for score.")
  private Optional<Integer> intraOpThreads;

  @Option(
      names = "--inter-op-threads",
      paramLabel = "N",
      description =
          "Operations that run in parallel; 0 = one per core. Default: by a rule of serve; 0 for score.")
  private Optional<Integer> interOpThreads;

  /** Refuses invalid values; to be called before anything is started. */
  public void check() throws Failure {
    choice();
    if (maxPixels < 1) {
      throw new Failure("--max-pixels " + maxPixels + " is less than 1");
    }
    if (intraOpThreads.orElse(0) < 0 || interOpThreads.orElse(0) < 0) {
      throw new Failure("--intra-op-threads and --inter-op-threads must be 0 or more");
    }
  }

  /** Starts TensorFlow; unpacks it first if needed. */
  public EngineLoader start(Path cache, Progress progress) throws Failure, IOException {
    EngineConfig config =
        new EngineConfig(choice(), cache, intraOpThreads.orElse(0), interOpThreads.orElse(0));
    DecodeLimits limits = new DecodeLimits(maxPixels, DecodeLimits.defaults().maxDecodeBytes());
    return start(device, config, limits, progress);
  }

  /** Starts TensorFlow on the CPU, with the default limits of images. */
  public static EngineLoader startOnCpu(Path cache, Progress progress) throws Failure, IOException {
    String cpu = "cpu";
    EngineConfig config = new EngineConfig(DeviceChoice.parse(cpu), cache, 0, 0);
    return start(cpu, config, DecodeLimits.defaults(), progress);
  }

  private static EngineLoader start(
      String device, EngineConfig config, DecodeLimits limits, Progress progress)
      throws Failure, IOException {
    try {
      TensorFlowEngine engine =
          TensorFlowEngine.start(config, ConsoleProgress.unpacking(progress, "TensorFlow"));
      var jpeg = JpegDecoders.choose(TensorFlowBuild.ofThisProcess().in(config.cache()));
      LibWebp.get(); // Here, so that the log says early if it is missing.
      return new EngineLoader(engine, config, new ImageDecoder(limits, jpeg));
    } catch (DeviceUnavailableException e) {
      throw new Failure("--device " + device + ": " + e.getMessage());
    }
  }

  /**
   * Starts TensorFlow on a thread of its own, for a caller that has more to start meanwhile.
   *
   * @return for {@link #await}
   */
  public Future<EngineLoader> startAside(Path cache, Progress progress) {
    FutureTask<EngineLoader> task = new FutureTask<>(() -> start(cache, progress));
    Thread thread = new Thread(task, "engine-start");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /**
   * Waits for {@link #startAside}, and fails as {@link #start} does.
   *
   * @throws InterruptedException when the caller is interrupted
   */
  public static EngineLoader await(Future<EngineLoader> starting)
      throws Failure, IOException, InterruptedException {
    try {
      return starting.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Failure failure) {
        throw failure;
      }
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(cause.getMessage(), cause);
    }
  }

  /** The device option as given. */
  public String device() {
    return device;
  }

  /** The configured threads; empty = to be measured. */
  public Optional<EngineThreads> threads() {
    return intraOpThreads.isEmpty() && interOpThreads.isEmpty()
        ? Optional.empty()
        : Optional.of(new EngineThreads(intraOpThreads.orElse(0), interOpThreads.orElse(0)));
  }

  private DeviceChoice choice() throws Failure {
    try {
      return DeviceChoice.parse(device);
    } catch (IllegalArgumentException e) {
      throw new Failure("--device: " + e.getMessage());
    }
  }
}
