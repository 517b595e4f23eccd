package io.lynxeye.cli.serve;

import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.manifest.Precision;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.tuning.FixedSettings;
import io.lynxeye.serving.tuning.TuningRun;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * Measures a model in a child process, {@link TuningCommand}: in this process the engine would keep
 * hundreds of megabytes afterwards.
 */
final class TuningProcess implements TuningRun {

  private static final Logger logger = LoggerFactory.getLogger(TuningProcess.class);
  private static final int TIMEOUT_SECONDS = 120;

  /** JVM options of this process that affect the measurement; the child process gets them too. */
  private static final List<String> INHERITED_OPTIONS =
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

  /** Options in these variables could open ports and write files that belong to this process. */
  private static final Set<String> REMOVED_VARIABLES =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private final Path cache;
  private final String device;
  private final BooleanSupplier isQuiet;
  private final BooleanSupplier isGivenUp;

  /**
   * Both conditions are evaluated several times per second.
   *
   * @param isQuiet whether no request is in flight
   * @param isGivenUp whether the server is stopping
   */
  TuningProcess(Path cache, String device, BooleanSupplier isQuiet, BooleanSupplier isGivenUp) {
    this.cache = cache;
    this.device = device;
    this.isQuiet = isQuiet;
    this.isGivenUp = isGivenUp;
  }

  @Override
  public void run(ModelSource source, FixedSettings fixed, Optional<Precision> checked)
      throws ModelLoadException {
    try {
      Process process = start(fixed, checked);
      try {
        try (OutputStream in = process.getOutputStream()) {
          TuningCommand.describe(source).store(in, null);
        }
        await(process, checked.isEmpty());
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      logger.warn("cannot measure {}: {}", source.id(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process start(FixedSettings fixed, Optional<Precision> checked) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> INHERITED_OPTIONS.stream().anyMatch(argument::startsWith))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.lynxeye.Main"));
    command.addAll(arguments(cache, device, fixed, checked));
    ProcessBuilder builder = new ProcessBuilder(command);
    // The other variables are unchanged: Java does not see that the engine sets a GPU by setenv.
    builder.environment().keySet().removeAll(REMOVED_VARIABLES);
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(log().toFile())
        .start();
  }

  /** The command line of {@link TuningCommand}. */
  static List<String> arguments(
      Path cache, String device, FixedSettings fixed, Optional<Precision> checked) {
    List<String> arguments = new ArrayList<>(List.of(TuningCommand.NAME));
    arguments.addAll(List.of("--cache", cache.toString(), "--device", device));
    checked.ifPresent(one -> arguments.addAll(List.of(TuningCommand.CHECK_ONLY, one.name())));
    fixed.workers().ifPresent(workers -> arguments.addAll(List.of("--workers", "" + workers)));
    fixed.batchSize().ifPresent(size -> arguments.addAll(List.of("--batch-size", "" + size)));
    fixed.threads().ifPresent(threads -> arguments.addAll(options(threads)));
    fixed
        .soloSession()
        .ifPresent(solo -> arguments.addAll(List.of("--solo-session", solo.toString())));
    return arguments;
  }

  private static List<String> options(EngineThreads threads) {
    return List.of(
        "--intra-op-threads", "" + threads.intraOp(), "--inter-op-threads", "" + threads.interOp());
  }

  /** The output of the last child process. */
  private Path log() throws IOException {
    return Files.createDirectories(cache.resolve("tuning")).resolve("last.log");
  }

  /** Waits for the end; a request ends a measurement. */
  private void await(Process process, boolean isMeasured)
      throws InterruptedException, ModelLoadException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      if (isGivenUp.getAsBoolean()) {
        throw new ModelLoadException("the server is stopping");
      }
      if (isMeasured && !isQuiet.getAsBoolean()) {
        logger.info("requests arrived during the measurement: the next load measures again");
        return;
      }
      if (System.nanoTime() - end > 0) {
        logger.warn(
            "the measurement took more than {} s and was abandoned; --tuning off disables it",
            TIMEOUT_SECONDS);
        return;
      }
    }
    if (process.exitValue() != ExitCode.OK) {
      logger.warn(
          "the measurement failed: see {}; --tuning off disables it",
          cache.resolve("tuning").resolve("last.log"));
    }
  }
}
