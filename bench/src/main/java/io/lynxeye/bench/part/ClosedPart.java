package io.lynxeye.bench.part;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.load.ClosedLoop;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.setup.CpuShare;
import io.lynxeye.bench.setup.TestImage;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;

/** Closed loops over HTTP, by number of clients and by image size. */
final class ClosedPart {

  /** The number of clients that most ratios refer to. */
  private static final int CLIENTS = 32;

  private static final int MIN_CYCLES = 2;

  private final Target target;
  private final CpuShare cpu;
  private final List<Integer> clients;

  ClosedPart(Target target, CpuShare cpu, List<Integer> clients) {
    this.target = target;
    this.cpu = cpu;
    this.clients = clients;
  }

  void byClients(Round round) throws InterruptedException {
    for (int count : clients) {
      measure(round, "closed." + count, round.image(TestImage.LYNX), count);
    }
  }

  /** Measures the throughput that open loops are percentages of, unless it is known already. */
  void capacity(Round round) throws InterruptedException {
    String name = "closed." + CLIENTS;
    if (round.figures().last(name + ".images_per_s").isEmpty()) {
      measure(round, name, round.image(TestImage.LYNX), CLIENTS);
    }
  }

  void byImage(Round round) throws InterruptedException {
    for (TestImage image : round.images()) {
      measure(round, "picture." + image.name(), image, CLIENTS);
    }
  }

  private void measure(Round round, String name, TestImage image, int count)
      throws InterruptedException {
    Buffer body = image.body();
    double cycle = round.cycleSeconds(count);
    double warmUp = round.patient() ? cycle : Math.min(cycle, round.seconds());
    double window = Math.max(round.seconds(), round.patient() ? MIN_CYCLES * cycle : 0);
    try (LoadClient client = new LoadClient(target)) {
      CpuShare.Mark mark = cpu.mark();
      LoadResult result = ClosedLoop.run(client, body, count, seconds(warmUp), seconds(window));
      record(round.figures(), name, result);
      cpu.record(round.figures(), name, mark);
    }
  }

  private static void record(Figures figures, String name, LoadResult result) {
    figures.add(name + ".images_per_s", result.goodPerSecond());
    figures.add(name + ".p50_ms", result.accepted().percentile(50));
    figures.add(name + ".p99_ms", result.accepted().percentile(99));
    figures.add(name + ".max_ms", result.accepted().max());
    figures.add(name + ".answers", result.accepted().count());
    figures.add(name + ".not_scored", result.outcomes().stream().filter(o -> !o.isGood()).count());
  }

  static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
