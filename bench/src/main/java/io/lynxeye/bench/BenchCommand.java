package io.lynxeye.bench;

import io.lynxeye.bench.compare.CompareCommand;
import io.lynxeye.bench.gpu.DeviceCommand;
import io.lynxeye.bench.gpu.GpuCommand;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.part.Part;
import io.lynxeye.bench.rollout.RolloutCommand;
import io.lynxeye.bench.setup.StoreOptions;
import io.lynxeye.bench.simulation.SimulateCommand;
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

/** {@code lynxeye bench}: engine, decoder and server, compared in one run. */
@Command(
    name = "lynxeye bench",
    description = {
      "Measures the engine, the decoder and the server in turns in one run, and prints ratios.",
      "Run nothing else on the machine meanwhile."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      CompareCommand.class,
      MicroCommand.class,
      SimulateCommand.class,
      RolloutCommand.class,
      GpuCommand.class,
      DeviceCommand.class
    })
final class BenchCommand implements Callable<Integer> {

  private static final double QUICK_SECONDS = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each part is measured. Default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "The minimum length of one measurement. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private double seconds;

  @Option(names = "--quick", description = "One round of short measurements: a rough estimate.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "The parts to measure, of ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Part> only = EnumSet.allOf(Part.class);

  @Option(
      names = "--clients",
      split = ",",
      paramLabel = "N",
      description = "Numbers of clients of the closed loop. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1,8,32,128")
  private List<Integer> clients;

  @Option(
      names = "--deadline",
      paramLabel = "MILLISECONDS",
      description =
          "The x-request-timeout-ms of the open loop. Default: the time of 2.5 full batches, at"
              + " least 1000.")
  private long deadline;

  @Option(
      names = "--url",
      description =
          "The full scoring URL of another server, to be measured alone. The image is sent as the"
              + " raw body.")
  private URI url;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header of each request to --url.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    double length = quick ? QUICK_SECONDS : seconds;
    Plan plan = new Plan(quick ? 1 : rounds, length, !quick, parts(), clients, deadline);
    Run run = new Run(plan, store);
    if (url == null) {
      run.measureOwnServer();
    } else {
      run.measure(new Target(url, headers));
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
