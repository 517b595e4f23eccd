package io.lynxeye.bench.load;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Time from an overload until a single client is served as fast as before. */
public final class Recovery {

  private static final int PAUSE_MILLIS = 10;

  private Recovery() {}

  /**
   * Sends one request after the other until one is scored fast enough.
   *
   * @param normalMillis the latency that counts as recovered
   * @return time until the first such request was sent, at most the given time
   */
  public static Duration await(LoadClient client, Buffer body, double normalMillis, Duration atMost)
      throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < atMost.toNanos()) {
      Outcome probe = client.send(body, System.nanoTime()).join();
      if (probe.isGood() && probe.millis() <= normalMillis) {
        return Duration.ofNanos(probe.dueNanos() - start);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // A refusal comes back immediately.
    }
    return atMost;
  }
}
