package io.lynxeye.bench.setup;

import io.lynxeye.engine.device.DeviceChoice;
import io.lynxeye.engine.device.EngineConfig;
import io.lynxeye.serving.engine.EngineThreads;
import io.lynxeye.serving.engine.Tuning;
import io.lynxeye.serving.tuning.FixedSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Options of the engine, for this process and for the server. Without an option, the server decides
 * and this process follows.
 */
public final class EngineOptions {

  @Option(
      names = "--intra-op-threads",
      paramLabel = "N",
      description = "The option of serve, also for the engine in this process.")
  private Optional<Integer> intraOpThreads = Optional.empty();

  @Option(
      names = "--inter-op-threads",
      paramLabel = "N",
      description = "The option of serve, also for the engine in this process.")
  private Optional<Integer> interOpThreads = Optional.empty();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "The option of serve, also for the engine in this process.")
  private Optional<Integer> batchSize = Optional.empty();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "The option of serve, also for the engine in this process.")
  private Optional<Integer> workers = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu|gpu:N",
      description =
          "The option of serve, also for the engine in this process. Default: ${DEFAULT-VALUE}.",
      defaultValue = "auto")
  private String device;

  @Option(
      names = "--server-option",
      paramLabel = "OPTION",
      description = "A further option of serve, such as --server-option=--queue-capacity=64.")
  private List<String> serverOptions = List.of();

  private Optional<Tuning> tuning = Optional.empty();

  /** Adopts this process's tuning result, also for the server. */
  void settle(Optional<Tuning> found) {
    tuning = found;
  }

  /** The same as options of {@code serve}. */
  public List<String> ofServe() {
    List<String> options = new ArrayList<>(List.of("--device", device));
    add(options, "--batch-size", tuning.map(Tuning::maxBatchSize).or(() -> batchSize));
    add(options, "--workers", tuning.map(Tuning::workers).or(() -> workers));
    add(options, "--intra-op-threads", threads().map(EngineThreads::intraOp));
    add(options, "--inter-op-threads", threads().map(EngineThreads::interOp));
    if (serverOptions.stream().noneMatch(option -> option.startsWith("--solo-session"))) {
      tuning.ifPresent(
          found -> options.addAll(List.of("--solo-session", found.soloSession() ? "on" : "off")));
    }
    options.addAll(serverOptions);
    return options;
  }

  private static void add(List<String> options, String name, Optional<Integer> value) {
    value.ifPresent(number -> options.addAll(List.of(name, number.toString())));
  }

  private Optional<EngineThreads> threads() {
    return tuning
        .map(Tuning::threads)
        .or(
            () ->
                intraOpThreads.isPresent() || interOpThreads.isPresent()
                    ? Optional.of(
                        new EngineThreads(intraOpThreads.orElse(0), interOpThreads.orElse(0)))
                    : Optional.empty());
  }

  /** The same as configuration of an engine in this process. */
  EngineConfig config(Path cache) {
    return new EngineConfig(
        DeviceChoice.parse(device), cache, intraOpThreads.orElse(0), interOpThreads.orElse(0));
  }

  /** Settings that tuning leaves unchanged. */
  FixedSettings fixed() {
    return FixedSettings.of(workers, batchSize, threads(), Optional.empty());
  }

  /** The batch size of this process, and of the server after {@link #settle}. */
  public int batchSize() {
    return tuning.map(Tuning::maxBatchSize).or(() -> batchSize).orElse(8);
  }

  /** The number of workers of this process, and of the server after {@link #settle}. */
  public int workers() {
    return tuning.map(Tuning::workers).or(() -> workers).orElse(1);
  }
}
