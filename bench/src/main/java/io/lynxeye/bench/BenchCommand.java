package io.lynxeye.bench;

import io.lynxeye.bench.load.Target;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye bench}: everything side by side in one run. */
@Command(
    name = "lynxeye bench",
    description = {
      "Measures the engine, the decoder and the server side by side in one run, and prints ratios.",
      "Keep the machine quiet meanwhile."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      MicroCommand.class,
      SoakCommand.class,
      MixedCommand.class,
      FuzzCommand.class,
      StopCommand.class,
      GpuCommand.class,
      DeviceCommand.class
    })
final class BenchCommand implements Callable<Integer> {

  private static final double QUICK_SECONDS = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Everything is measured so often, in turns. Default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "The least length of one measurement. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private double seconds;

  @Option(names = "--quick", description = "One round of short measurements: a look, not a result.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Some of: ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Part> only = EnumSet.allOf(Part.class);

  @Option(
      names = "--clients",
      split = ",",
      paramLabel = "N",
      description = "Clients of the closed loop. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1,8,32,128")
  private List<Integer> clients;

  @Option(
      names = "--deadline",
      paramLabel = "MILLISECONDS",
      description =
          "Sent as x-request-timeout-ms in the open loop. Default: the time of 2.5 full batches, at"
              + " least 1000.")
  private long deadline;

  @Option(
      names = "--url",
      description =
          "Another server's full scoring URL: measured alone by the same client, which sends the"
              + " picture as raw body.")
  private URI url;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "Sent with each request to --url.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    double least = quick ? QUICK_SECONDS : seconds;
    Plan plan = new Plan(quick ? 1 : rounds, least, !quick, parts(), clients, deadline);
    Run run = new Run(plan, store);
    if (url == null) {
      run.ours();
    } else {
      run.of(new Target(url, headers));
    }
    return 0;
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>(EnumSet.copyOf(only));
    if (url != null) {
      parts.removeIf(Part::isInProcess);
    }
    return parts;
  }
}
