package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Role;
import io.lynxeye.security.TestCallers;
import io.lynxeye.telemetry.metrics.Scrape;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics port: metrics only, without a key, until the server has stopped. */
@Timeout(30)
class MetricsPortTest {

  private static final String KEY = "the key";

  @AutoClose private final TestServer server = TestServer.ready(protection());
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static Protection protection() {
    Optional<Authenticator> holders = Optional.of(TestCallers.key("admin", Role.ADMIN, KEY));
    return new Protection(
        SecurityConfig.DEFAULT, holders, holders, new FilePoller(Duration.ofSeconds(1)));
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return client.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
        BodyHandlers.ofString());
  }

  private int open() {
    return server.open(Kind.METRICS);
  }

  @Test
  void metricsNeedNoKeyEvenIfScoringNeedsOne() throws Exception {
    int port = open();

    HttpResponse<String> scrape = get(port, "/metrics");

    assertThat(server.post("/score", "7").statusCode()).isEqualTo(401);
    assertThat(scrape.statusCode()).isEqualTo(200);
    assertThat(new Scrape(scrape.body()).sum("lynxeye_model_versions_available")).isEqualTo(2);
  }

  @Test
  void thePortHasNoOtherRoute() throws Exception {
    int port = open();

    for (String path : new String[] {"/", "/models", "/score", "/stats", "/health/ready"}) {
      assertThat(get(port, path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(get(port, "/models").body()).contains("this port has only /metrics");
  }

  @Test
  void metricsAreAvailableWhileTheLastRequestsFinish() throws Exception {
    int port = open();
    server.model().hold();
    CompletableFuture<HttpResponse<String>> last =
        client.sendAsync(
            server
                .request("/score")
                .POST(BodyPublishers.ofString("1"))
                .header("Authorization", "Bearer " + KEY)
                .build(),
            BodyHandlers.ofString());
    server.model().awaitCall();

    CompletableFuture<Void> stop =
        CompletableFuture.runAsync(
            () -> {
              try {
                server.server().stop();
              } catch (InterruptedException e) {
                throw new CompletionException(e);
              }
            });
    Awaitility.await().until(() -> !server.server().isReady());

    assertThat(get(port, "/metrics").statusCode()).isEqualTo(200);
    server.model().release(1);
    assertThat(last.get().statusCode()).isEqualTo(200);
    stop.get();
    assertThatThrownBy(() -> get(port, "/metrics")).isInstanceOf(IOException.class);
  }

  @Test
  void aPortInUseIsReportedWithItsOptions() throws Exception {
    int port = open();

    try (TestServer second = TestServer.ready()) {
      EndpointConfig taken = new EndpointConfig(Kind.METRICS, "127.0.0.1", port);
      assertThatThrownBy(() -> second.server().open(taken))
          .hasMessageContaining("cannot listen on 127.0.0.1:" + port)
          .hasMessageEndingWith("choose another with --metrics-port and --host");
    }
  }
}
