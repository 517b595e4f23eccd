package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoadClientTest {

  private static final Buffer PICTURE = Buffer.buffer("picture");

  @Test
  void sendsTheBodyAndTheHeadersAndKeepsTheAnswer() {
    try (FakeServer server =
            FakeServer.answering((request, body) -> request.response().end("scored"));
        LoadClient client = LoadClient.keepingBodies(server.target().with("x-test", "7"))) {
      Outcome outcome = client.send(PICTURE, System.nanoTime()).join();

      assertThat(outcome.isGood()).isTrue();
      assertThat(outcome.body()).isEqualTo("scored");
      assertThat(server.bodies()).containsExactly(PICTURE);
      assertThat(server.headers()).containsExactly("7");
    }
  }

  @Test
  void latencyCountsFromTheIntendedSending() {
    try (FakeServer server = FakeServer.of(200, 1);
        LoadClient client = LoadClient.of(server.target())) {
      long due = System.nanoTime() - Duration.ofSeconds(5).toNanos();

      assertThat(client.send(PICTURE, due).join().millis()).isGreaterThan(5000);
    }
  }

  @Test
  void keepsItsConnection() {
    try (FakeServer server = FakeServer.of(200, 1);
        LoadClient client = LoadClient.of(server.target())) {
      for (int i = 0; i < 5; i++) {
        client.send(PICTURE, System.nanoTime()).join();
      }

      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void noRequestWaitsForAnother() {
    try (FakeServer server = FakeServer.waitingFor(50);
        LoadClient client = LoadClient.of(server.target())) {
      List<CompletableFuture<Outcome>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(client.send(PICTURE, System.nanoTime()));
      }

      assertThat(sent).allSatisfy(one -> assertThat(one).succeedsWithin(Duration.ofMinutes(1)));
    }
  }

  @Test
  void aServerThatIsNotThereIsNoAnswer() {
    URI nobody;
    try (FakeServer server = FakeServer.of(200, 1)) {
      nobody = server.target().url();
    }
    try (LoadClient client = LoadClient.of(Target.of(nobody))) {
      assertThat(client.send(PICTURE, System.nanoTime()).join().status())
          .isEqualTo(Outcome.NO_ANSWER);
    }
  }

  @Test
  void aConnectionThatBreaksIsNoAnswer() {
    try (FakeServer server = FakeServer.answering((request, body) -> request.connection().close());
        LoadClient client = LoadClient.of(server.target())) {
      assertThat(client.send(PICTURE, System.nanoTime()).join().status())
          .isEqualTo(Outcome.NO_ANSWER);
    }
  }

  @Test
  void anAbandonedRequestArrivesWholeAndItsConnectionCloses() {
    try (FakeServer server = FakeServer.answering((request, body) -> {});
        LoadClient client = LoadClient.of(server.target())) {
      client.abandon(PICTURE, PICTURE.length(), Duration.ofMillis(200)).join();

      await().until(() -> server.closedConnections() == 1);
      assertThat(server.bodies()).containsExactly(PICTURE);
    }
  }

  @Test
  void anAnsweredRequestIsNotAbandonedAnyMore() {
    try (FakeServer server = FakeServer.of(200, 1);
        LoadClient client = LoadClient.of(server.target())) {
      client.abandon(PICTURE, PICTURE.length(), Duration.ofMillis(200)).join();

      assertThat(client.send(PICTURE, System.nanoTime()).join().isGood()).isTrue();
      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void halfABodyIsNeverARequest() {
    try (FakeServer server = FakeServer.answering((request, body) -> {});
        LoadClient client = LoadClient.of(server.target())) {
      client.abandon(PICTURE, 3, Duration.ofMillis(50)).join();

      await().until(() -> server.closedConnections() == 1);
      assertThat(server.bodies()).isEmpty();
      assertThat(server.headers()).hasSize(1);
    }
  }
}
