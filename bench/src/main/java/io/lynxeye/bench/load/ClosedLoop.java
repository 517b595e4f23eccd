package io.lynxeye.bench.load;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A fixed number of clients, each of which sends its next image once the last one is answered. */
public final class ClosedLoop {

  /** A client waits this long after a refusal, so that refusals do not become a flood. */
  private static final Duration BACK_OFF = Duration.ofMillis(50);

  private final LoadClient client;
  private final Buffer body;
  private final long endNanos;
  private final CountDownLatch running;
  private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();

  private ClosedLoop(LoadClient client, Buffer body, int clients, long endNanos) {
    this.client = client;
    this.body = body;
    this.endNanos = endNanos;
    this.running = new CountDownLatch(clients);
  }

  /**
   * Runs the loop and waits for every response.
   *
   * @param warmUp time before the measurement
   * @param window time of the measurement
   */
  public static LoadResult run(
      LoadClient client, Buffer body, int clients, Duration warmUp, Duration window)
      throws InterruptedException {
    long from = System.nanoTime() + warmUp.toNanos();
    ClosedLoop loop = new ClosedLoop(client, body, clients, from + window.toNanos());
    for (int i = 0; i < clients; i++) {
      loop.next();
    }
    loop.running.await();
    return new LoadResult(loop.outcomes.stream().toList(), from, loop.endNanos);
  }

  private void next() {
    long now = System.nanoTime();
    if (now - endNanos >= 0) {
      running.countDown();
      return;
    }
    var unused = client.send(body, now).thenAccept(this::ended);
  }

  private void ended(Outcome outcome) {
    outcomes.add(outcome);
    if (outcome.isGood()) {
      next();
    } else {
      client.later(BACK_OFF, this::next);
    }
  }
}
