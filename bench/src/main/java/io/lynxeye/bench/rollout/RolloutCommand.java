package io.lynxeye.bench.rollout;

import io.lynxeye.bench.figures.ResultFile;
import io.lynxeye.bench.figures.Verdict;
import io.lynxeye.bench.load.ArrivalSchedule;
import io.lynxeye.bench.load.ClosedLoop;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.OpenLoop;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.rollout.RolloutCost.Side;
import io.lynxeye.bench.setup.Machine;
import io.lynxeye.bench.setup.ServerProcess;
import io.lynxeye.bench.setup.StoreCopy;
import io.lynxeye.bench.setup.StoreOptions;
import io.lynxeye.bench.setup.TestImage;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye bench rollout}: the callers' latency and errors with and without a rollout. */
@Command(
    name = "rollout",
    description = {
      "Measures what a rollout costs callers: with and without one in turns, in one server.",
      "The version on trial is a copy of the one that serves, so only its cost differs. No decision"
          + " is taken. Run nothing else on the machine."
    },
    mixinStandardHelpOptions = true)
public final class RolloutCommand implements Callable<Integer> {

  /** The smallest share that a server takes: a millionth of the images is practically none. */
  private static final double NONE = 1e-6;

  private static final int CLIENTS = 32;

  /** Of the length of a measurement; a queue that stands takes seconds to settle. */
  private static final double WARM_UP = 0.5;

  private static final Duration CHANGE = Duration.ofMinutes(3);

  /** A limit that any copy keeps to, and a number of images that is not reached. */
  private static final List<String> NO_DECISION =
      List.of(
          "rollout.min_images=2000000000",
          "rollout.min_agreement=0",
          "rollout.max_error_rate=1",
          "rollout.max_latency_ratio=1000",
          "rollout.on_fail=wait");

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "The rollout to measure, as in serving.properties. Default: ${DEFAULT-VALUE}.",
      defaultValue = "shadow")
  private String mode;

  @Option(
      names = "--share",
      paramLabel = "SHARE",
      description = "rollout.share. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0.1")
  private double share;

  @Option(
      names = "--loads",
      split = ",",
      paramLabel = "PERCENT",
      description = "Loads in percent of the server's throughput. Default: ${DEFAULT-VALUE}.",
      defaultValue = "50,150")
  private List<Integer> percents;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often each load is measured: without, with, with, without. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "The length of one measurement. Default: ${DEFAULT-VALUE}.",
      defaultValue = "20")
  private double seconds;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || !(seconds > 0) || percents.stream().anyMatch(percent -> percent < 1)) {
      throw new IllegalArgumentException("--rounds, --seconds and --loads must be positive");
    }
    RolloutCost cost = new RolloutCost(percents);
    try (StoreCopy copy = StoreCopy.of(store.store(), store.model)) {
      copy.repeatNewest();
      copy.setModel(List.of("rollout=" + mode, "rollout.share=" + NONE));
      copy.setModel(NO_DECISION);
      try (ServerProcess server = store.serve(copy.folder())) {
        measure(server, cost);
      }
    }
    print(cost);
    return 0;
  }

  private void measure(ServerProcess server, RolloutCost cost) throws Exception {
    RolloutControl control = new RolloutControl(server.management(), store.model, CHANGE);
    Buffer body = TestImage.named(store.images(), TestImage.LYNX).body();
    try (LoadClient client = new LoadClient(Target.of(StoreOptions.score(server)))) {
      control.set(mode, share);
      closed(client, body, CLIENTS); // Both versions and the server's code are warm after it.
      closed(client, body, 1);
      for (int round = 1; round <= rounds; round++) {
        System.err.printf("round %d of %d%n", round, rounds);
        control.set(mode, NONE);
        cost.addInference(closed(client, body, 1).accepted().percentile(50));
        double capacity = closed(client, body, CLIENTS).goodPerSecond();
        for (int percent : percents) {
          for (Side side : List.of(Side.WITHOUT, Side.WITH, Side.WITH, Side.WITHOUT)) {
            control.set(mode, side == Side.WITH ? share : NONE);
            RolloutControl.Counts before = control.counts();
            LoadResult result = open(client, body, capacity * percent / 100);
            cost.add(percent, side, result, control.counts().since(before));
          }
        }
      }
    }
  }

  private LoadResult closed(LoadClient client, Buffer body, int clients)
      throws InterruptedException {
    return ClosedLoop.run(client, body, clients, length(seconds * WARM_UP), length(seconds));
  }

  private LoadResult open(LoadClient client, Buffer body, double rate) throws InterruptedException {
    ArrivalSchedule schedule = new ArrivalSchedule(rate, length(seconds * (1 + WARM_UP)));
    return OpenLoop.send(client, body, schedule, length(seconds * WARM_UP)).join();
  }

  private static Duration length(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private void print(RolloutCost cost) throws IOException {
    System.out.println(Machine.here());
    System.out.println(cost.table());
    System.out.println(Verdict.table(cost.verdicts()));
    Map<String, Object> setting =
        Map.of(
            "machine", Machine.here().toString(),
            "mode", mode,
            "share", share,
            "rounds", rounds,
            "seconds", seconds);
    String json = ResultFile.json(setting, cost.verdicts(), cost.figures());
    System.err.println("written: " + ResultFile.write(store.out(), "rollout.json", json));
  }
}
