package io.lynxeye.bench.part;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.load.ArrivalSchedule;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.OpenLoop;
import io.lynxeye.bench.load.Recovery;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.setup.TestImage;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Open loops: images arrive at a rate that is a percentage of the server's capacity. */
public final class OpenPart {

  public static final List<Integer> PERCENTS = List.of(50, 80, 100, 150, 300);

  static final String DEADLINE = "x-request-timeout-ms";

  /** The server has recovered when one client waits at most this many times its usual latency. */
  private static final double RECOVERED = 2;

  private static final Duration MAX_RECOVERY = Duration.ofSeconds(30);

  /** A batch that runs, a batch that waits, and half a batch for decoding. */
  private static final double DEADLINE_BATCHES = 2.5;

  private static final long MIN_DEADLINE_MILLIS = 1000;

  private final Target target;
  private final long deadlineMillis;
  private final int batchSize;

  /**
   * Measures nothing yet.
   *
   * @param deadlineMillis deadline of each request; 0 = derived from the capacity
   */
  OpenPart(Target target, long deadlineMillis, int batchSize) {
    this.target = target;
    this.deadlineMillis = deadlineMillis;
    this.batchSize = batchSize;
  }

  void measure(Round round) throws InterruptedException {
    double capacity = round.capacity();
    long deadline = deadline(capacity);
    round.figures().add("open.deadline_ms", deadline);
    for (int percent : PERCENTS) {
      Target withDeadline = target.with(DEADLINE, Long.toString(deadline));
      try (LoadClient client = new LoadClient(withDeadline)) {
        measure(round, client, percent, capacity * percent / 100);
      }
    }
  }

  private long deadline(double capacity) {
    if (deadlineMillis > 0) {
      return deadlineMillis;
    }
    long tenths = (long) Math.ceil(DEADLINE_BATCHES * batchSize / capacity * 10);
    return Math.max(MIN_DEADLINE_MILLIS, tenths * 100);
  }

  private void measure(Round round, LoadClient client, int percent, double rate)
      throws InterruptedException {
    Buffer body = round.image(TestImage.LYNX).body();
    ArrivalSchedule schedule =
        new ArrivalSchedule(rate, ClosedPart.seconds(round.seconds() * 1.25));
    CompletableFuture<LoadResult> sent =
        OpenLoop.send(client, body, schedule, ClosedPart.seconds(round.seconds() / 4));
    String name = "open." + percent;
    if (percent >= 150) {
      double normal =
          RECOVERED * round.figures().last("closed.1.p50_ms").orElse(1000.0 * batchSize / rate);
      Duration recovery = Recovery.await(client, body, normal, MAX_RECOVERY);
      round.figures().add(name + ".recovery_s", recovery.toNanos() / 1e9);
    }
    record(round.figures(), name, rate, sent.join());
  }

  private static void record(Figures figures, String name, double rate, LoadResult result) {
    figures.add(name + ".offered_per_s", rate);
    figures.add(name + ".goodput_per_s", result.goodPerSecond());
    figures.add(name + ".accepted", result.accepted().count());
    figures.add(name + ".accepted_p50_ms", result.accepted().percentile(50));
    figures.add(name + ".accepted_p99_ms", result.accepted().percentile(99));
    figures.add(name + ".accepted_max_ms", result.accepted().max());
    figures.add(name + ".refused", result.refused().count());
    figures.add(name + ".refused_p50_ms", result.refused().percentile(50));
    figures.add(name + ".refused_p99_ms", result.refused().percentile(99));
    figures.add(name + ".failed", result.failed());
    result.byStatus().forEach((status, count) -> figures.add(name + ".status_" + status, count));
  }
}
