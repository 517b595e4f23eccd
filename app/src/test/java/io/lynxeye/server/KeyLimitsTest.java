package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.security.AuditLog;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Caller;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Role;
import io.lynxeye.serving.admission.KeyLimiter;
import io.lynxeye.serving.admission.KeyLimits;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.RecordedRequests;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestSummary;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key with limits beside one without: time is moved by hand. */
class KeyLimitsTest {

  private static final OptionalInt ANY = OptionalInt.empty();
  private static final KeyLimits TWO_A_SECOND = new KeyLimits(OptionalInt.of(2), ANY, ANY);
  private static final KeyLimits TWO_IMAGES = new KeyLimits(ANY, OptionalInt.of(2), ANY);
  private static final KeyLimits ONE_AT_ONCE = new KeyLimits(ANY, ANY, OptionalInt.of(1));

  private final FakeClock clock = new FakeClock();
  private final RecordedRequests recorded = new RecordedRequests();
  @AutoClose private TestServer server;

  private void start(KeyLimits greedy) {
    Map<String, Caller> callers =
        Map.of(
            "greedy-key", new Caller("greedy", Role.SCORE, greedy),
            "modest-key", new Caller("modest", Role.SCORE));
    Authenticator known = credential -> Optional.ofNullable(callers.get(credential));
    server =
        TestServer.ready(
            new Protection(
                SecurityConfig.DEFAULT,
                Optional.of(known),
                Optional.of(known),
                new KeyLimiter(clock::nanoTime),
                AuditLog.NONE,
                new FilePoller(Duration.ofSeconds(1))),
            new Telemetry(List.of(recorded)));
  }

  private HttpResponse<String> post(String path, String body, String key) {
    return server.send(
        server.request(path).POST(BodyPublishers.ofString(body)).header("x-api-key", key));
  }

  private int score(String key) {
    return post("/score", "7", key).statusCode();
  }

  @ParameterizedTest
  @CsvSource({
    "/score, 7, message",
    "/predictions/fake, 7, type",
    "/v1/models/fake:predict, {}, error",
    "/v2/models/fake/infer, {}, error",
  })
  void beyondItsLimitAKeyGets429InTheFormOfItsProtocol(String path, String body, String field) {
    start(TWO_A_SECOND);
    post(path, body, "greedy-key");
    post(path, body, "greedy-key");

    HttpResponse<String> limited = post(path, body, "greedy-key");

    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("Retry-After")).contains("1");
    assertThat(limited.body()).contains("this key has reached its limit");
    assertThat(new JsonObject(limited.body()).containsKey(field)).isTrue();
    assertThat(post(path, body, "modest-key").statusCode()).isNotEqualTo(429);
  }

  @Test
  void aGreedyKeyLeavesAModestOneAlone() {
    start(TWO_A_SECOND);
    int greedy = 0;
    for (int half = 0; half < 6; half++) {
      for (int i = 0; i < 10; i++) {
        greedy += score("greedy-key") == 200 ? 1 : 0;
      }
      assertThat(score("modest-key")).isEqualTo(200);
      clock.advance(Duration.ofMillis(500));
    }

    assertThat(greedy).isEqualTo(2 + 5);
    Awaitility.await().until(() -> recorded.ended().size() == 66); // After the responses.
    assertThat(recorded.ended().stream().filter(one -> one.key().equals("modest")))
        .hasSize(6)
        .allMatch(one -> one.outcome().kind() == Outcome.Kind.SUCCESS);
    assertThat(recorded.ended().stream().filter(KeyLimitsTest::isLimited))
        .hasSize(53)
        .allMatch(one -> one.key().equals("greedy") && one.status() == 429);
  }

  private static boolean isLimited(RequestSummary request) {
    return request.outcome().kind() == Outcome.Kind.LIMITED
        && request.outcome().reason().equals("key_limit");
  }

  @Test
  void useIsCountedByTheNameOfTheKey() {
    start(TWO_A_SECOND);
    for (int i = 0; i < 3; i++) {
      score("greedy-key");
    }
    score("modest-key");
    score("no-key-of-this-server");

    Awaitility.await().until(() -> recorded.ended().size() == 5); // After the responses.
    String metrics = metrics();

    assertThat(metrics)
        .contains(
            "lynxeye_key_requests_total{key=\"greedy\",outcome=\"success\"} 2.0",
            "lynxeye_key_requests_total{key=\"greedy\",outcome=\"limited\"} 1.0",
            "lynxeye_key_requests_total{key=\"modest\",outcome=\"success\"} 1.0",
            "lynxeye_key_pictures_total{key=\"greedy\"} 2.0",
            "lynxeye_rejected_total{model=\"fake\",reason=\"key_limit\"} 1.0")
        .doesNotContain("greedy-key", "modest-key", "no-key-of-this-server");
    assertThat(metrics.lines().filter(line -> line.startsWith("lynxeye_key_requests_total{")))
        .hasSize(3);
  }

  private String metrics() {
    int port = server.open(EndpointConfig.Kind.METRICS);
    return server
        .send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")))
        .body();
  }

  @Test
  void imagesOfOneRequestCountForTheNext() {
    start(TWO_IMAGES);
    String three =
        "{\"instances\": [{\"b64\": \"Nw==\"}, {\"b64\": \"Nw==\"}, {\"b64\": \"Nw==\"}]}";
    assertThat(post("/v1/models/fake:predict", three, "greedy-key").statusCode()).isEqualTo(200);

    assertThat(score("greedy-key")).isEqualTo(429);
    clock.advance(Duration.ofMillis(999));
    assertThat(score("greedy-key")).isEqualTo(429);
    clock.advance(Duration.ofMillis(1));
    assertThat(score("greedy-key")).isEqualTo(200);
  }

  @Test
  void aRequestThatRunsCountsUntilItsEnd() throws Exception {
    start(ONE_AT_ONCE);
    server.model().hold();
    var running = CompletableFuture.supplyAsync(() -> score("greedy-key"));
    server.model().awaitCall();

    assertThat(score("greedy-key")).isEqualTo(429);
    server.model().release(10);
    assertThat(running.join()).isEqualTo(200);
    Awaitility.await().until(() -> score("greedy-key") == 200);
  }

  private GrpcClient grpc() {
    return new GrpcClient(server.listenGrpc());
  }

  private static StatusRuntimeException infer(GrpcClient client, String key) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), key);
    try {
      var unused =
          client
              .blocking()
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .modelInfer(GrpcClient.images("7"));
      return null;
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  @Test
  void overGrpcTheLimitIsTheSameOne() {
    start(TWO_A_SECOND);
    try (GrpcClient client = grpc()) {
      assertThat(infer(client, "greedy-key")).isNull();
      assertThat(score("greedy-key")).isEqualTo(200);

      StatusRuntimeException limited = infer(client, "greedy-key");

      assertThat(limited.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(limited.getStatus().getDescription()).contains("this key has reached its limit");
      assertThat(client.trailer("retry-after")).isEqualTo("1");
      assertThat(client.trailer("grpc-retry-pushback-ms")).isEqualTo("1000");
      Awaitility.await()
          .until(
              () ->
                  recorded.ended().stream().anyMatch(one -> isLimited(one) && one.status() == 429));
      assertThat(infer(client, "modest-key")).isNull();
      clock.advance(Duration.ofMillis(500));
      assertThat(infer(client, "greedy-key")).isNull();
    }
  }
}
