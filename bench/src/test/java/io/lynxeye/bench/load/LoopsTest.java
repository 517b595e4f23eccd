package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopsTest {

  private static final Buffer IMAGE = Buffer.buffer("image");
  private static final Duration NONE = Duration.ZERO;

  @Test
  void aClosedLoopKeepsItsClientsBusyAndWaitsForAll() throws InterruptedException {
    try (FakeServer server = FakeServer.waitingFor(4);
        LoadClient client = new LoadClient(server.target())) {
      LoadResult result = ClosedLoop.run(client, IMAGE, 4, NONE, Duration.ofMillis(400));

      assertThat(server.mostOpen()).isEqualTo(4);
      assertThat(server.connections()).isEqualTo(4);
      assertThat(result.outcomes()).hasSameSizeAs(server.bodies()).hasSizeGreaterThan(4);
      assertThat(result.byStatus()).containsOnlyKeys(200);
      assertThat(result.goodPerSecond()).isPositive();
    }
  }

  @Test
  void aClosedLoopDoesNotFloodAServerThatRefuses() throws InterruptedException {
    try (FakeServer server = FakeServer.of(503, 1);
        LoadClient client = new LoadClient(server.target())) {
      LoadResult result = ClosedLoop.run(client, IMAGE, 2, NONE, Duration.ofMillis(300));

      assertThat(result.outcomes().size()).isBetween(2, 14);
      assertThat(result.goodPerSecond()).isZero();
    }
  }

  @Test
  void anOpenLoopSendsWithoutWaitingForAnswers() throws InterruptedException {
    try (FakeServer server = FakeServer.waitingFor(30);
        LoadClient client = new LoadClient(server.target())) {
      ArrivalSchedule schedule = new ArrivalSchedule(100, Duration.ofMillis(300));

      LoadResult result = OpenLoop.send(client, IMAGE, schedule, NONE).join();

      assertThat(result.byStatus()).containsExactly(entry(200, 30L));
      assertThat(result.accepted().max()).isGreaterThan(285); // The first waits for the last.
    }
  }

  @Test
  void anOpenLoopCountsByStatus() throws InterruptedException {
    AtomicInteger number = new AtomicInteger();
    try (FakeServer server =
            FakeServer.answering(
                (request, body) ->
                    request
                        .response()
                        .setStatusCode(number.getAndIncrement() % 3 == 0 ? 200 : 503)
                        .end());
        LoadClient client = new LoadClient(server.target())) {
      ArrivalSchedule schedule = new ArrivalSchedule(300, Duration.ofMillis(100));

      LoadResult result = OpenLoop.send(client, IMAGE, schedule, NONE).join();

      assertThat(result.byStatus()).containsExactly(entry(200, 10L), entry(503, 20L));
      assertThat(result.refused().count()).isEqualTo(20);
      assertThat(result.failed()).isZero();
    }
  }

  @Test
  void recoveryLastsUntilARequestIsScoredInTime() throws InterruptedException {
    AtomicInteger number = new AtomicInteger();
    try (FakeServer server =
            FakeServer.answering(
                (request, body) ->
                    request
                        .response()
                        .setStatusCode(number.incrementAndGet() < 4 ? 503 : 200)
                        .end());
        LoadClient client = new LoadClient(server.target())) {
      Duration recovery = Recovery.await(client, IMAGE, 5_000, Duration.ofMinutes(1));

      assertThat(server.bodies()).hasSize(4);
      assertThat(recovery).isBetween(Duration.ofMillis(30), Duration.ofSeconds(5));
    }
  }

  @Test
  void slowAnswersAreNotARecovery() throws InterruptedException {
    try (FakeServer server = FakeServer.of(200, 60);
        LoadClient client = new LoadClient(server.target())) {
      Duration atMost = Duration.ofMillis(200);

      assertThat(Recovery.await(client, IMAGE, 20, atMost)).isEqualTo(atMost);
    }
  }

  @Test
  void aBurstSendsAllAtOnce() {
    try (FakeServer server = FakeServer.waitingFor(30);
        LoadClient client = new LoadClient(server.target())) {
      LoadResult result = Burst.run(client, IMAGE, 30);

      assertThat(result.byStatus()).containsExactly(entry(200, 30L));
      assertThat(server.mostOpen()).isEqualTo(30);
    }
  }

  /** Refused twice, each time with a second to wait: scored on the second attempt, after two. */
  @Test
  void aRefusedClientComesBackWhenItIsTold() {
    AtomicInteger number = new AtomicInteger();
    try (FakeServer server =
            FakeServer.answering(
                (request, body) -> {
                  request.response().putHeader("Retry-After", "1");
                  request.response().setStatusCode(number.getAndIncrement() < 2 ? 503 : 200).end();
                });
        LoadClient client = new LoadClient(server.target())) {
      Outcome refusal = client.send(IMAGE, System.nanoTime()).join();
      assertThat(refusal.retryAfter()).isEqualTo(1);

      Retry retry = Retry.follow(client, IMAGE, refusal).join();

      assertThat(retry.promised()).isEqualTo(1);
      assertThat(retry.attempts()).isEqualTo(2);
      assertThat(retry.waited()).isGreaterThanOrEqualTo(1.99);
    }
  }
}
