package io.lynxeye.bench;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How the engine runs, in this process and in the server alike. */
final class EngineSettings {

  @Option(
      names = "--intra-op-threads",
      paramLabel = "N",
      description = "As of serve, for the engine here too. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  int intraOpThreads;

  @Option(
      names = "--inter-op-threads",
      paramLabel = "N",
      description = "As of serve, for the engine here too. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  int interOpThreads;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "As of serve, for the engine here too. Default: ${DEFAULT-VALUE}.",
      defaultValue = "8")
  int batchSize;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "As of serve, for the engine here too. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  int workers;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu|gpu:N",
      description = "As of serve, for the engine here too. Default: ${DEFAULT-VALUE}.",
      defaultValue = "auto")
  String device;

  @Option(
      names = "--server-option",
      paramLabel = "OPTION",
      description = "A further option of serve, such as --server-option=--queue-capacity=64.")
  List<String> serverOptions = List.of();

  /** The options of {@code serve} that say the same. */
  List<String> ofServe() {
    List<String> options = new ArrayList<>();
    options.addAll(List.of("--device", device));
    options.addAll(List.of("--batch-size", Integer.toString(batchSize)));
    options.addAll(List.of("--workers", Integer.toString(workers)));
    options.addAll(List.of("--intra-op-threads", Integer.toString(intraOpThreads)));
    options.addAll(List.of("--inter-op-threads", Integer.toString(interOpThreads)));
    options.addAll(serverOptions);
    return options;
  }
}
