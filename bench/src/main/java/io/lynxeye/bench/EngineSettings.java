package io.lynxeye.bench;

import io.lynxeye.engine.DeviceChoice;
import io.lynxeye.engine.EngineConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * How the engine runs, in this process and in the server alike. What is not said is the server's
 * own choice.
 */
final class EngineSettings {

  private static final int BATCH_SIZE = 8;

  @Option(
      names = "--intra-op-threads",
      paramLabel = "N",
      description = "As of serve, for the engine here too.")
  private Optional<Integer> intraOpThreads = Optional.empty();

  @Option(
      names = "--inter-op-threads",
      paramLabel = "N",
      description = "As of serve, for the engine here too.")
  private Optional<Integer> interOpThreads = Optional.empty();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "As of serve, for the batches here too. Here by default: " + BATCH_SIZE + ".")
  private Optional<Integer> batchSize = Optional.empty();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "As of serve, for the batches here too. Here by default: 1.")
  private Optional<Integer> workers = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu|gpu:N",
      description = "As of serve, for the engine here too. Default: ${DEFAULT-VALUE}.",
      defaultValue = "auto")
  private String device;

  @Option(
      names = "--server-option",
      paramLabel = "OPTION",
      description = "A further option of serve, such as --server-option=--queue-capacity=64.")
  private List<String> serverOptions = List.of();

  /** The options of {@code serve} that say the same. */
  List<String> ofServe() {
    List<String> options = new ArrayList<>(List.of("--device", device));
    add(options, "--batch-size", batchSize);
    add(options, "--workers", workers);
    add(options, "--intra-op-threads", intraOpThreads);
    add(options, "--inter-op-threads", interOpThreads);
    options.addAll(serverOptions);
    return options;
  }

  private static void add(List<String> options, String name, Optional<Integer> value) {
    value.ifPresent(number -> options.addAll(List.of(name, number.toString())));
  }

  /** The same for an engine in this process. */
  EngineConfig config(Path cache) {
    return new EngineConfig(
        DeviceChoice.parse(device), cache, intraOpThreads.orElse(0), interOpThreads.orElse(0));
  }

  int batchSize() {
    return batchSize.orElse(BATCH_SIZE);
  }

  int workers() {
    return workers.orElse(1);
  }
}
