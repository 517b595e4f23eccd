package io.lynxeye.bench.load;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Pictures that arrive at a constant rate, as the world sends them. */
public final class OpenLoop {

  private OpenLoop() {}

  /**
   * Sends on the calling thread until the last one is sent.
   *
   * @param warmUp how much of the beginning is not counted
   * @return ends when every one is answered
   */
  public static CompletableFuture<LoadResult> send(
      LoadClient client, Buffer body, ArrivalSchedule schedule, Duration warmUp)
      throws InterruptedException {
    long start = System.nanoTime();
    List<CompletableFuture<Outcome>> sent = new ArrayList<>(schedule.count());
    for (int i = 0; i < schedule.count(); i++) {
      long due = start + schedule.offsetNanos(i);
      awaitMoment(due);
      sent.add(client.send(body, due));
    }
    long end = start + schedule.offsetNanos(schedule.count());
    awaitMoment(end);
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all ->
                new LoadResult(
                    sent.stream().map(CompletableFuture::join).toList(),
                    start + warmUp.toNanos(),
                    end));
  }

  private static void awaitMoment(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
