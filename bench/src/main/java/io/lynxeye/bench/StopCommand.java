package io.lynxeye.bench;

import io.lynxeye.bench.load.ServerProcess;
import io.lynxeye.bench.load.Target;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye bench stop}: does a stop cost anybody the answer? */
@Command(
    name = "stop",
    description = {
      "Stops a server in the midst of its load: every request that it has taken must be answered,",
      "every other one be turned away cleanly. Exit code 1 if not."
    },
    mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {

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
      names = "--seconds",
      description = "Of load before the stop. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private double seconds;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    Buffer picture = Picture.named(store.pictures(), Picture.LYNX).body();
    try (ServerProcess server = store.serve()) {
      Target target = Target.of(StoreOptions.score(server));
      double load = rate > 0 ? rate : new Soak(server, target, store).capacity() * percent / 100;
      StopDrill drill = new StopDrill(server, picture.getBytes(), load);
      return drill.run(HttpParts.seconds(seconds)) ? 0 : 1;
    }
  }
}
