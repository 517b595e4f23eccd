package io.lynxeye.bench;

import io.lynxeye.bench.load.ServerProcess;
import io.lynxeye.bench.load.Target;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye bench soak}: does resident memory stay where it is? */
@Command(
    name = "soak",
    description = "Loads a server at a constant rate for long, and watches its resident memory.",
    mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {

  @Option(
      names = "--minutes",
      description = "How long. Default: ${DEFAULT-VALUE}.",
      defaultValue = "30")
  private double minutes;

  @Option(
      names = "--percent",
      description = "The load, of what the server can do. Default: ${DEFAULT-VALUE}.",
      defaultValue = "80")
  private double percent;

  @Option(
      names = "--rate",
      paramLabel = "PER-SECOND",
      description = "The load itself, instead of --percent.")
  private double rate;

  @Option(
      names = "--settle-minutes",
      description = "How much of the beginning the slope leaves out. Default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private double settle;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    try (ServerProcess server = store.serve()) {
      Soak soak = new Soak(server, Target.of(StoreOptions.score(server)), store);
      soak.run(rate > 0 ? rate : soak.capacity() * percent / 100, minutes, settle);
    }
    return 0;
  }
}
