package io.lynxeye.bench.load;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** After a flood: one client asks again and again until it is served as fast as before. */
public final class Recovery {

  private static final int PAUSE_MILLIS = 10;

  private Recovery() {}

  /**
   * Asks until served in time.
   *
   * @param normalMillis what counts as served as before
   * @return from now until the first such request was sent; at most the given time
   */
  public static Duration await(LoadClient client, Buffer body, double normalMillis, Duration atMost)
      throws InterruptedException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < atMost.toNanos()) {
      Outcome probe = client.send(body, System.nanoTime()).join();
      if (probe.isGood() && probe.millis() <= normalMillis) {
        return Duration.ofNanos(probe.dueNanos() - start);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS); // Refusals come back at once.
    }
    return atMost;
  }
}
