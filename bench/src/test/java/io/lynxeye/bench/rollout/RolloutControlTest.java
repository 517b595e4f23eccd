package io.lynxeye.bench.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.bench.load.FakeServer;
import io.lynxeye.bench.rollout.RolloutControl.Counts;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RolloutControlTest {

  private final List<String> puts = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void aShareIsSetOnceTheServerGoesByIt() throws Exception {
    try (FakeServer server = server(2)) {
      control(server, Duration.ofMinutes(1)).set("shadow", 0.25);
    }

    assertThat(puts).containsExactly("/models/m/rollout?rollout=shadow&share=0.25");
    assertThat(looks).hasValue(2);
  }

  @Test
  void aServerThatDoesNotGoByItIsReported() {
    try (FakeServer server = server(Integer.MAX_VALUE)) {
      assertThatThrownBy(() -> control(server, Duration.ZERO).set("shadow", 0.25))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("share 0.25")
          .hasMessageContaining("paused");
    }
  }

  @Test
  void countsAreThoseBetweenTwoLooks() throws Exception {
    try (FakeServer server = server(1)) {
      Counts counts = control(server, Duration.ZERO).counts();

      assertThat(counts).isEqualTo(new Counts(7, 12, 5));
      assertThat(counts.since(new Counts(2, 2, 4))).isEqualTo(new Counts(5, 10, 1));
    }
  }

  @Test
  void aRefusalIsReportedWithItsText() {
    try (FakeServer server = FakeServer.of(404, 1)) {
      assertThatThrownBy(() -> control(server, Duration.ZERO).counts())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("status 404: {}");
    }
  }

  private static RolloutControl control(FakeServer server, Duration atMost) {
    URI management = server.target().url().resolve("/");
    return new RolloutControl(management, "m", atMost);
  }

  /** A server whose rollout is in shadow mode from a number of looks on. */
  private FakeServer server(int fromLook) {
    return FakeServer.answering(
        (request, body) -> {
          boolean isPut = request.method().equals(HttpMethod.PUT);
          if (isPut) {
            puts.add(request.uri());
          }
          boolean isReady = !isPut && looks.incrementAndGet() >= fromLook;
          request
              .response()
              .end(
                  """
                  {"state": "%s", "images": 7, "offered": 12, "rule": {"share": 0.25},
                   "dropped": {"busy": 3, "memory": 0, "stale": 2}}
                  """
                      .formatted(isReady ? "shadow" : "paused"));
        });
  }
}
