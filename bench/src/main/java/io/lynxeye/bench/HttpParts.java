package io.lynxeye.bench;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.load.ClosedLoop;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.Target;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;

/** Closed loops over HTTP: by clients, and by picture. */
final class HttpParts {

  /** Of most ratios. */
  static final int CLIENTS = 32;

  private static final int PATIENT_CYCLES = 2;

  private final Target target;
  private final CpuShare cpu;
  private final List<Integer> clients;

  HttpParts(Target target, CpuShare cpu, List<Integer> clients) {
    this.target = target;
    this.cpu = cpu;
    this.clients = clients;
  }

  void closed(Round round) throws InterruptedException {
    for (int count : clients) {
      measure(round, "closed." + count, round.picture(Picture.LYNX), count);
    }
  }

  /** What the server can do, unless that is known already: open loops are shares of it. */
  void capacity(Round round) throws InterruptedException {
    String name = "closed." + CLIENTS;
    if (round.figures().last(name + ".images_per_s").isEmpty()) {
      measure(round, name, round.picture(Picture.LYNX), CLIENTS);
    }
  }

  void pictures(Round round) throws InterruptedException {
    for (Picture picture : round.pictures()) {
      measure(round, "picture." + picture.name(), picture, CLIENTS);
    }
  }

  private void measure(Round round, String name, Picture picture, int count)
      throws InterruptedException {
    Buffer body = picture.body();
    double cycle = round.cycleSeconds(count);
    double warmUp = round.patient() ? cycle : Math.min(cycle, round.seconds());
    double window = Math.max(round.seconds(), round.patient() ? PATIENT_CYCLES * cycle : 0);
    try (LoadClient client = LoadClient.of(target)) {
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
