package io.lynxeye.bench.load;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Images that arrive at a constant rate, however fast the server answers. */
public final class OpenLoop {

  private OpenLoop() {}

  /**
   * Sends on the calling thread and returns once the last request is sent.
   *
   * @param warmUp time at the beginning that is not measured
   * @return completes when every request is answered
   */
  public static CompletableFuture<LoadResult> send(
      LoadClient client, Buffer body, ArrivalSchedule schedule, Duration warmUp)
      throws InterruptedException {
    return send(client, body, schedule, warmUp, outcome -> {});
  }

  /**
   * The same, with a listener.
   *
   * @param listener receives each outcome, on the client's event loop
   */
  public static CompletableFuture<LoadResult> send(
      LoadClient client,
      Buffer body,
      ArrivalSchedule schedule,
      Duration warmUp,
      Consumer<Outcome> listener)
      throws InterruptedException {
    long start = System.nanoTime();
    List<CompletableFuture<Outcome>> sent = new ArrayList<>(schedule.count());
    for (int i = 0; i < schedule.count(); i++) {
      long due = start + schedule.offsetNanos(i);
      waitUntil(due);
      sent.add(client.send(body, due).whenComplete((outcome, none) -> listener.accept(outcome)));
    }
    long end = start + schedule.offsetNanos(schedule.count());
    waitUntil(end);
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all ->
                new LoadResult(
                    sent.stream().map(CompletableFuture::join).toList(),
                    start + warmUp.toNanos(),
                    end));
  }

  private static void waitUntil(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
