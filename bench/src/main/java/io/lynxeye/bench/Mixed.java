package io.lynxeye.bench;

import io.lynxeye.bench.load.Answer;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.Outcome;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A mixture of good, bad and abandoned requests, against what each good one is scored alone. */
final class Mixed {

  private final LoadClient client;
  private final Map<Buffer, Answer> alone = new HashMap<>();

  Mixed(LoadClient client) {
    this.client = client;
  }

  /**
   * Scores each in quiet, for comparison.
   *
   * @throws IllegalStateException when one is not scored
   */
  void scoreAlone(List<Buffer> pictures) {
    for (Buffer picture : pictures) {
      Outcome outcome = client.send(picture, System.nanoTime()).join();
      Answer answer =
          Answer.of(outcome.body())
              .orElseThrow(() -> new IllegalStateException("not scored in quiet: " + outcome));
      alone.put(picture, answer);
    }
  }

  /** Sends them all, so many at a time, and waits for every answer. */
  MixedTally run(List<MixedRequest> requests, int clients, double tolerance)
      throws InterruptedException {
    MixedTally tally = new MixedTally(tolerance);
    CountDownLatch running = new CountDownLatch(clients);
    Iterator<MixedRequest> left = requests.iterator();
    for (int i = 0; i < clients; i++) {
      next(left, tally, running);
    }
    running.await();
    return tally;
  }

  private void next(Iterator<MixedRequest> left, MixedTally tally, CountDownLatch running) {
    MixedRequest request;
    synchronized (left) {
      request = left.hasNext() ? left.next() : null;
    }
    if (request == null) {
      running.countDown();
    } else {
      var unused = send(request, tally).whenComplete((ended, failed) -> next(left, tally, running));
    }
  }

  private CompletableFuture<Void> send(MixedRequest request, MixedTally tally) {
    Buffer body = request.body();
    return switch (request.kind()) {
      case GOOD ->
          client
              .send(body, System.nanoTime())
              .thenAccept(outcome -> tally.good(outcome, alone.get(body)));
      case BAD -> client.send(body, System.nanoTime()).thenAccept(tally::bad);
      case ABANDONED ->
          client.abandon(body, request.bytes(), request.leaveAfter()).thenRun(tally::abandoned);
    };
  }
}
