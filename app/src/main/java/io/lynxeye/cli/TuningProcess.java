package io.lynxeye.cli;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelSource;
import io.lynxeye.tuning.FixedSettings;
import io.lynxeye.tuning.TuningRun;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a model in another process of this program, {@link TuningCommand}: an engine keeps some
 * hundred megabytes of what it once ran.
 */
final class TuningProcess implements TuningRun {

  private static final Logger logger = LoggerFactory.getLogger(TuningProcess.class);
  private static final int AT_MOST_SECONDS = 120;

  /** Of the options this process runs with, those that bear on what is measured. */
  private static final List<String> FOR_BOTH =
      List.of(
          "-Xmx",
          "-XX:ActiveProcessorCount",
          "-XX:G1HeapRegionSize",
          "--enable-native-access",
          "--sun-misc-unsafe-memory-access",
          "-Dai.djl.",
          "-Djava.",
          "-Djna.",
          "-Dorg.bytedeco.",
          "-Dlynxeye.");

  /** These would open ports and write files that are this process's. */
  private static final Set<String> NOT_FOR_BOTH =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final Path cache;
  private final String device;
  private final BooleanSupplier isQuiet;
  private final BooleanSupplier isGivenUp;

  /**
   * A way to measure; both conditions are asked several times a second.
   *
   * @param isQuiet whether no request is on its way
   * @param isGivenUp whether the server stops
   */
  TuningProcess(Path cache, String device, BooleanSupplier isQuiet, BooleanSupplier isGivenUp) {
    this.cache = cache;
    this.device = device;
    this.isQuiet = isQuiet;
    this.isGivenUp = isGivenUp;
  }

  @Override
  public boolean measure(ModelSource source, FixedSettings fixed, String key)
      throws ModelLoadException {
    try {
      Process process = start(fixed);
      try {
        try (OutputStream in = process.getOutputStream()) {
          TuningCommand.describe(source, key).store(in, null);
        }
        return await(process);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      logger.warn("{} cannot be measured: {}", source.id(), e.getMessage());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Process start(FixedSettings fixed) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> FOR_BOTH.stream().anyMatch(argument::startsWith))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.lynxeye.Main"));
    command.addAll(arguments(cache, device, fixed));
    ProcessBuilder builder = new ProcessBuilder(command);
    // As this process got it, before the engine's choice of a GPU.
    builder.environment().keySet().removeAll(NOT_FOR_BOTH);
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(log().toFile())
        .start();
  }

  /** What {@link TuningCommand} understands. */
  static List<String> arguments(Path cache, String device, FixedSettings fixed) {
    List<String> arguments = new ArrayList<>(List.of(TuningCommand.NAME));
    arguments.addAll(List.of("--cache", cache.toString(), "--device", device));
    fixed.workers().ifPresent(workers -> arguments.addAll(List.of("--workers", "" + workers)));
    fixed.batchSize().ifPresent(size -> arguments.addAll(List.of("--batch-size", "" + size)));
    fixed.threads().ifPresent(threads -> arguments.addAll(options(threads)));
    return arguments;
  }

  private static List<String> options(EngineThreads threads) {
    return List.of(
        "--intra-op-threads", "" + threads.intraOp(), "--inter-op-threads", "" + threads.interOp());
  }

  /** What it says, of the last one. */
  private Path log() throws IOException {
    return Files.createDirectories(cache.resolve("tuning")).resolve("last.log");
  }

  /** Whether it was left undisturbed. */
  private boolean await(Process process) throws InterruptedException, ModelLoadException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AT_MOST_SECONDS);
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      if (isGivenUp.getAsBoolean()) {
        throw new ModelLoadException("the server stops");
      }
      if (!isQuiet.getAsBoolean()) {
        logger.info("requests came while it was measured: the next load measures again");
        return false;
      }
      if (System.nanoTime() - end > 0) {
        logger.warn(
            "measuring took over {} s and was given up; --tuning off leaves it", AT_MOST_SECONDS);
        return true;
      }
    }
    if (process.exitValue() != Lynxeye.OK) {
      logger.warn(
          "measuring failed: {} tells why; --tuning off leaves it",
          cache.resolve("tuning").resolve("last.log"));
    }
    return true;
  }
}
