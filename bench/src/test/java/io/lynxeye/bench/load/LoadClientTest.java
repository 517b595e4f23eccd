package io.lynxeye.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LoadClientTest {

  private static final Buffer IMAGE = Buffer.buffer("image");

  @Test
  void sendsTheBodyAndTheHeaders() {
    try (FakeServer server =
            FakeServer.answering((request, body) -> request.response().end("scored"));
        LoadClient client = new LoadClient(server.target().with("x-test", "7"))) {
      Outcome outcome = client.send(IMAGE, System.nanoTime()).join();

      assertThat(outcome.isGood()).isTrue();
      assertThat(server.bodies()).containsExactly(IMAGE);
      assertThat(server.headers()).containsExactly("7");
    }
  }

  @Test
  void latencyCountsFromTheTimeARequestWasDue() {
    try (FakeServer server = FakeServer.of(200, 1);
        LoadClient client = new LoadClient(server.target())) {
      long due = System.nanoTime() - Duration.ofSeconds(5).toNanos();

      assertThat(client.send(IMAGE, due).join().millis()).isGreaterThan(5000);
    }
  }

  @Test
  void reusesItsConnection() {
    try (FakeServer server = FakeServer.of(200, 1);
        LoadClient client = new LoadClient(server.target())) {
      for (int i = 0; i < 5; i++) {
        client.send(IMAGE, System.nanoTime()).join();
      }

      assertThat(server.connections()).isOne();
    }
  }

  @Test
  void requestsDoNotWaitForEachOther() {
    try (FakeServer server = FakeServer.waitingFor(50);
        LoadClient client = new LoadClient(server.target())) {
      List<CompletableFuture<Outcome>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(client.send(IMAGE, System.nanoTime()));
      }

      assertThat(sent).allSatisfy(one -> assertThat(one).succeedsWithin(Duration.ofMinutes(1)));
    }
  }

  @Test
  void withoutAServerThereIsNoAnswer() {
    URI closed;
    try (FakeServer server = FakeServer.of(200, 1)) {
      closed = server.target().url();
    }
    try (LoadClient client = new LoadClient(Target.of(closed))) {
      assertThat(client.send(IMAGE, System.nanoTime()).join().status())
          .isEqualTo(Outcome.NO_ANSWER);
    }
  }

  @Test
  void aBrokenConnectionIsNoAnswer() {
    try (FakeServer server = FakeServer.answering((request, body) -> request.connection().close());
        LoadClient client = new LoadClient(server.target())) {
      assertThat(client.send(IMAGE, System.nanoTime()).join().status())
          .isEqualTo(Outcome.NO_ANSWER);
    }
  }
}
