package io.lynxeye.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metrics add up to the requests that were sent. */
class MetricsOfRequestsTest {

  private static final String OTHER = "/predictions/other-model";

  @AutoClose
  private final TestServer server =
      TestServer.ready(Settings.DEFAULT.withRequestTimeout(Duration.ofSeconds(15)));

  private URI metrics;

  @BeforeEach
  void openTheManagementPort() throws Exception {
    int port = server.open(EndpointConfig.Kind.MANAGEMENT);
    metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
  }

  private Scrape scrape() {
    return new Scrape(server.send(HttpRequest.newBuilder(metrics)).body());
  }

  /** Waits for the metrics: a client can have its response before its request ends. */
  private Scrape scrapeAfter(int requests) {
    Awaitility.await().until(() -> scrape().sum("lynxeye_requests_total") >= requests);
    return scrape();
  }

  private void post(int times, String path, String body, int status) {
    for (int i = 0; i < times; i++) {
      assertThat(server.post(path, body).statusCode()).as(path).isEqualTo(status);
    }
  }

  private void reject(int times) throws Exception {
    server.loader().model("other-model", 3).hold();
    CompletableFuture<HttpResponse<String>> running = server.postLater(OTHER, "1");
    server.loader().model("other-model", 3).awaitCall();
    CompletableFuture<HttpResponse<String>> waiting = server.postLater(OTHER, "1");
    server.awaitRequests(2);
    post(times, OTHER, "1", 503);
    server.loader().model("other-model", 3).release(1000);
    assertThat(running.get().statusCode()).isEqualTo(200);
    assertThat(waiting.get().statusCode()).isEqualTo(200);
  }

  private void abandon(int times) throws Exception {
    server.model().hold();
    for (int i = 0; i < times; i++) {
      RawConnection leaving = server.connect().post("/score", "1");
      server.awaitRequests(1);
      leaving.reset();
      server.awaitRequests(0);
    }
    server.model().release(1000);
  }

  private void late(String millis) {
    server.model().hold();
    HttpResponse<String> late =
        server.send(
            server
                .request("/score")
                .header("x-request-timeout-ms", millis)
                .POST(BodyPublishers.ofString("1")));
    assertThat(late.statusCode()).isEqualTo(504);
    server.model().release(1000);
  }

  @Test
  void aMixedRunAddsUpExactlyByOutcome() throws Exception {
    post(5, "/score", "7", 200);
    post(3, "/predictions/fake", "7", 200);
    post(2, "/predictions/other-model/stable", "7", 200);
    post(2, "/score", "bad", 400);
    post(1, OTHER, "bad", 400);
    post(4, "/predictions/unknown-" + System.nanoTime(), "7", 404);
    post(1, "/predictions/fake/99", "7", 404);
    post(1, "/score", "crash", 500);
    reject(3);
    late("50");
    abandon(2);
    for (String path : new String[] {"/score", "/predictions/fake", "/ping", "/nowhere"}) {
      server.get(path); // None of these is a scoring request.
    }
    post(2, "/nowhere", "7", 404);

    Scrape scrape = scrapeAfter(27);

    String requests = "lynxeye_requests_total";
    assertThat(scrape.sum(requests)).isEqualTo(27);
    assertThat(scrape.sum(requests, "outcome", "success")).isEqualTo(5 + 3 + 2 + 2);
    assertThat(scrape.sum(requests, "outcome", "invalid")).isEqualTo(2 + 1);
    assertThat(scrape.sum(requests, "outcome", "not_found")).isEqualTo(4 + 1);
    assertThat(scrape.sum(requests, "outcome", "failed")).isEqualTo(1);
    assertThat(scrape.sum(requests, "outcome", "rejected")).isEqualTo(3);
    assertThat(scrape.sum(requests, "outcome", "client_deadline")).isEqualTo(1);
    assertThat(scrape.sum(requests, "outcome", "deadline")).isZero();
    assertThat(scrape.sum(requests, "outcome", "abandoned")).isEqualTo(2);
    assertThat(scrape.sum(requests, "protocol", "azure")).isEqualTo(5 + 2 + 1 + 1 + 2);
    assertThat(scrape.sum(requests, "protocol", "djl")).isEqualTo(3 + 2 + 1 + 5 + 5);
    assertThat(scrape.sum(requests, "model", "other-model", "version", "3"))
        .isEqualTo(2 + 1 + 3 + 2);
    assertThat(scrape.values(requests, "model"))
        .containsExactlyInAnyOrder("", "fake", "other-model");
    assertThat(scrape.sum("lynxeye_rejected_total")).isEqualTo(3);
    assertThat(scrape.sum("lynxeye_rejected_total", "model", "other-model", "reason", "queue_full"))
        .isEqualTo(3);
    assertThat(scrape.sum("lynxeye_request_seconds_count")).isEqualTo(27);
    assertThat(scrape.sum("lynxeye_request_seconds_bucket", "le", "+Inf")).isEqualTo(27);
    assertThat(scrape.sum("lynxeye_body_bytes_count")).isEqualTo(27);
    assertThat(scrape.sum("lynxeye_pictures_total")).isEqualTo(12);
    assertThat(scrape.sum("lynxeye_batches_total")).isEqualTo(12);
    assertThat(scrape.sum("lynxeye_batch_size_bucket", "le", "1.0")).isEqualTo(12);
    for (String stage : new String[] {"decode", "queue", "engine"}) {
      assertThat(scrape.sum("lynxeye_stage_seconds_count", "stage", stage)).isEqualTo(12);
    }
  }

  /**
   * Otherwise rate() and increase() miss the first one: a series that begins with 1 has not grown.
   */
  @Test
  void errorsAreCountedFromZero() throws Exception {
    List<String> reasons =
        List.of(
            "queue_full",
            "too_busy",
            "not_ready",
            "unavailable",
            "no_time",
            "client_time",
            "queue_wait",
            "draining",
            "key_limit");
    Scrape before = scrape();

    for (String model : List.of("", "fake", "other-model")) {
      for (String reason : reasons) {
        assertThat(before.has("lynxeye_rejected_total", "model", model, "reason", reason))
            .as(model + " " + reason)
            .isTrue();
      }
    }
    for (String outcome : List.of("failed", "deadline", "client_deadline", "rejected")) {
      for (String protocol : List.of("azure", "djl", "tensorflow", "openinference", "grpc")) {
        String[] labels = {"version", "1", "outcome", outcome, "protocol", protocol};
        assertThat(before.has("lynxeye_requests_total", labels)).as(outcome).isTrue();
      }
    }
    assertThat(before.values("lynxeye_rejected_total", "reason"))
        .containsExactlyInAnyOrderElementsOf(reasons);
    assertThat(before.sum("lynxeye_rejected_total")).isZero();
    assertThat(before.sum("lynxeye_requests_total")).isZero();
    assertThat(before.has("lynxeye_model_load_failures_total", "model", "fake")).isTrue();

    reject(1);
    post(1, "/score", "crash", 500);
    Scrape after = scrapeAfter(4);

    assertThat(after.sum("lynxeye_rejected_total")).isEqualTo(1);
    for (String label : List.of("model", "reason")) {
      assertThat(after.values("lynxeye_rejected_total", label))
          .isEqualTo(before.values("lynxeye_rejected_total", label));
    }
  }

  @Test
  void aTimeLimitOfTheClientIsNotTheServers() {
    late("50");
    Scrape clients = scrapeAfter(1);
    assertThat(clients.sum("lynxeye_requests_total", "outcome", "client_deadline")).isEqualTo(1);
    assertThat(clients.sum("lynxeye_requests_total", "outcome", "deadline")).isZero();
  }

  @Test
  void aTimeLimitLongerThanTheServersChangesNothing() throws Exception {
    try (TestServer quick =
        TestServer.ready(Settings.DEFAULT.withRequestTimeout(Duration.ofMillis(200)))) {
      int port = quick.open(EndpointConfig.Kind.MANAGEMENT);
      URI its = URI.create("http://127.0.0.1:" + port + "/metrics");
      quick.model().hold();
      HttpRequest.Builder request = quick.request("/score").header("x-request-timeout-ms", "5000");

      assertThat(quick.send(request.POST(BodyPublishers.ofString("1"))).statusCode())
          .isEqualTo(504);

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(
                          new Scrape(quick.send(HttpRequest.newBuilder(its)).body())
                              .sum("lynxeye_requests_total", "outcome", "deadline"))
                      .isEqualTo(1));
      quick.model().release(1000);
    }
  }

  @Test
  void everyProtocolCountsItsRequestsAndAllTheirImages() {
    Set<String> protocols = scrape().values("lynxeye_requests_total", "protocol");
    String seven = "{\"b64\": \"Nw==\"}";
    String three = "{\"instances\": [" + String.join(",", seven, seven, seven) + "]}";
    String input =
        "{\"name\": \"image_bytes\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"Nw==\"]}";
    post(2, "/v1/models/fake:predict", three, 200);
    post(1, "/v1/models/fake:predict", "{}", 400);
    post(1, "/v1/models/none:predict", three, 404);
    post(1, "/v2/models/fake/infer", "{\"inputs\": [" + input + "]}", 200);
    post(1, "/v2/models/fake/infer", "{", 400);
    post(1, "/invocations", "7", 200);
    post(1, "/models/fake/invoke", "7", 200);
    post(1, "/api/v1/service/lynx/score", "7", 200);

    Scrape scrape = scrapeAfter(9);

    String requests = "lynxeye_requests_total";
    assertThat(scrape.values(requests, "protocol")).isEqualTo(protocols);
    assertThat(scrape.sum(requests)).isEqualTo(9);
    assertThat(scrape.sum(requests, "protocol", "tensorflow", "outcome", "success")).isEqualTo(2);
    assertThat(scrape.sum(requests, "protocol", "tensorflow", "outcome", "invalid")).isEqualTo(1);
    assertThat(scrape.sum(requests, "protocol", "tensorflow", "outcome", "not_found")).isEqualTo(1);
    assertThat(scrape.sum(requests, "protocol", "openinference", "outcome", "success"))
        .isEqualTo(1);
    assertThat(scrape.sum(requests, "protocol", "openinference", "outcome", "invalid"))
        .isEqualTo(1);
    assertThat(scrape.sum(requests, "protocol", "djl")).isEqualTo(2);
    assertThat(scrape.sum(requests, "protocol", "azure")).isEqualTo(1);
    assertThat(scrape.sum("lynxeye_pictures_total")).isEqualTo(2 * 3 + 1 + 2 + 1);
  }

  @Test
  void requestsInFlightAreThoseAtTheMomentOfTheScrape() throws Exception {
    server.model().hold();
    CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
    server.model().awaitCall();
    CompletableFuture<HttpResponse<String>> waiting = server.postLater("/score", "22");
    Awaitility.await().until(() -> scrape().sum("lynxeye_queue_length", "model", "fake") == 1);

    Scrape during = scrape();
    server.model().release(2);
    running.join();
    waiting.join();
    server.awaitRequests(0);

    assertThat(during.sum("lynxeye_backlog_size", "model", "fake", "version", "1")).isEqualTo(2);
    assertThat(during.sum("lynxeye_admission_requests")).isEqualTo(2);
    assertThat(during.sum("lynxeye_admission_bytes")).isEqualTo(3);
    assertThat(scrape().sum("lynxeye_backlog_size", "model", "fake")).isZero();
    assertThat(scrape().sum("lynxeye_admission_bytes")).isZero();
  }

  @Test
  void theProcessAndItsReadinessHaveMetrics() {
    Scrape scrape = scrape();

    assertThat(scrape.sum("lynxeye_ready")).isEqualTo(1);
    assertThat(scrape.sum("jvm_memory_used_bytes", "area", "heap")).isPositive();
    assertThat(scrape.sum("jvm_buffer_memory_used_bytes", "id", "direct")).isNotNegative();
    assertThat(scrape.sum("process_uptime_seconds")).isPositive();
    assertThat(scrape.sum("process_resident_memory_bytes"))
        .isGreaterThan(scrape.sum("jvm_memory_used_bytes", "area", "heap"));
    assertThat(scrape.names()).contains("process_cpu_usage", "lynxeye_store_unusable");
  }
}
