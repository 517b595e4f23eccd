package io.lynxeye.bench.part;

import io.lynxeye.bench.figures.Figures;
import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.bench.load.ArrivalSchedule;
import io.lynxeye.bench.load.Burst;
import io.lynxeye.bench.load.ClosedLoop;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.LoadResult;
import io.lynxeye.bench.load.OpenLoop;
import io.lynxeye.bench.load.Retry;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.setup.TestImage;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/**
 * More than the server can score, with the deadlines that it has by itself: a burst, three times
 * its throughput, and large images from many clients. Some of the refused requests come back when
 * {@code Retry-After} says.
 */
final class OverloadPart {

  static final int BURST = 200;
  private static final int CLIENTS = 32;
  private static final int FACTOR = 3;

  /** Every tenth refused request comes back: so few that they are no load of their own. */
  private static final int FOLLOWED = 10;

  private final Target target;

  OverloadPart(Target target) {
    this.target = target;
  }

  void measure(Round round) throws InterruptedException {
    Buffer lynx = round.image(TestImage.LYNX).body();
    try (LoadClient client = new LoadClient(target)) {
      record(round.figures(), "burst", Burst.run(client, lynx, BURST));
    }
    try (LoadClient client = new LoadClient(target)) {
      open(round, client, lynx);
    }
    try (LoadClient client = new LoadClient(target)) {
      Duration length = ClosedPart.seconds(2 * round.seconds());
      Buffer camera = round.image(TestImage.CAMERA).body();
      LoadResult result = ClosedLoop.run(client, camera, CLIENTS, Duration.ZERO, length);
      record(round.figures(), "flood", result);
      round.figures().add("flood.images_per_s", result.goodPerSecond());
    }
  }

  private static void open(Round round, LoadClient client, Buffer body)
      throws InterruptedException {
    double rate = FACTOR * round.capacity();
    ArrivalSchedule schedule = new ArrivalSchedule(rate, ClosedPart.seconds(2 * round.seconds()));
    Duration warmUp = ClosedPart.seconds(round.seconds() / 2);
    AtomicInteger refused = new AtomicInteger();
    Queue<CompletableFuture<Retry>> followed = new ConcurrentLinkedQueue<>();
    LoadResult result =
        OpenLoop.send(
                client,
                body,
                schedule,
                warmUp,
                outcome -> {
                  if (outcome.isRefused() && refused.getAndIncrement() % FOLLOWED == 0) {
                    followed.add(Retry.follow(client, body, outcome));
                  }
                })
            .join();
    record(round.figures(), "lasting", result);
    round.figures().add("lasting.goodput_per_s", result.goodPerSecond());
    List<Retry> retries = followed.stream().map(CompletableFuture::join).toList();
    round.figures().add("retry.followed", retries.size());
    median(round, "retry.promised_s", retries, Retry::promised);
    median(round, "retry.waited_s", retries, Retry::waited);
    median(round, "retry.attempts", retries, Retry::attempts);
  }

  private static void median(
      Round round, String name, List<Retry> retries, ToDoubleFunction<Retry> figure) {
    round.figures().add(name, Statistics.median(retries.stream().mapToDouble(figure).toArray()));
  }

  private static void record(Figures figures, String name, LoadResult result) {
    figures.add(name + ".answered", result.accepted().count());
    figures.add(name + ".refused", result.refused().count());
    figures.add(name + ".failed", result.failed());
    figures.add(name + ".accepted_p50_ms", result.accepted().percentile(50));
    figures.add(name + ".accepted_max_ms", result.accepted().max());
    figures.add(name + ".retry_after_p50_ms", result.retryAfter().percentile(50));
    figures.add(name + ".retry_after_max_ms", result.retryAfter().max());
  }
}
