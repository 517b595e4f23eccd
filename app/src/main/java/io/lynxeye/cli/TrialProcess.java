package io.lynxeye.cli;

import io.lynxeye.lifecycle.EngineThreads;
import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelSource;
import io.lynxeye.tuning.Measuring;
import io.lynxeye.tuning.Wishes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a model in another process of this program, {@link TrialCommand}: an engine keeps some
 * hundred megabytes of what it once ran.
 */
final class TrialProcess implements Measuring {

  private static final Logger log = LoggerFactory.getLogger(TrialProcess.class);
  private static final int AT_MOST_SECONDS = 120;

  private final Path cache;
  private final String device;
  private final BooleanSupplier isGivenUp;

  /**
   * @param isGivenUp asked several times a second
   */
  TrialProcess(Path cache, String device, BooleanSupplier isGivenUp) {
    this.cache = cache;
    this.device = device;
    this.isGivenUp = isGivenUp;
  }

  @Override
  public void measure(ModelSource source, Wishes wishes, String question)
      throws ModelLoadException {
    try {
      Process process = start(source, wishes, question);
      try {
        await(process);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      log.warn("{} cannot be measured: {}", source.id(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process start(ModelSource source, Wishes wishes, String question) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-agent") && !argument.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.lynxeye.Main"));
    command.addAll(List.of(TrialCommand.NAME, "--cache", cache.toString(), "--device", device));
    wishes.workers().ifPresent(workers -> command.addAll(List.of("--workers", "" + workers)));
    wishes.batchSize().ifPresent(size -> command.addAll(List.of("--batch-size", "" + size)));
    wishes.threads().ifPresent(threads -> command.addAll(options(threads)));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream in = process.getOutputStream()) {
      TrialCommand.describe(source, question).store(in, null);
    }
    return process;
  }

  private static List<String> options(EngineThreads threads) {
    return List.of(
        "--intra-op-threads", "" + threads.intraOp(), "--inter-op-threads", "" + threads.interOp());
  }

  private void await(Process process) throws InterruptedException, ModelLoadException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AT_MOST_SECONDS);
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      if (isGivenUp.getAsBoolean()) {
        throw new ModelLoadException("the server stops");
      }
      if (System.nanoTime() - end > 0) {
        log.warn("measuring took over {} s and was given up", AT_MOST_SECONDS);
        return;
      }
    }
    if (process.exitValue() != Lynxeye.OK) {
      log.warn("measuring failed with exit code {}", process.exitValue());
    }
  }
}
