package io.lynxeye.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.Telemetry;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.fakes.RecordedRequests;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestSummary;
import io.lynxeye.serving.scoring.ScoreResult;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every scoring request is reported once, when it ends; other requests are reported separately. */
class RequestsTest {

  private final RecordedRequests recorded = new RecordedRequests();

  @AutoClose
  private final TestServer server =
      TestServer.ready(
          Settings.DEFAULT.withRequestTimeout(Duration.ofSeconds(10)),
          new Telemetry(List.of(recorded)));

  @ParameterizedTest
  @CsvSource({
    "/score, azure, fake, 1",
    "/predictions/fake, djl, fake, 1",
    "/predictions/other-model/3, djl, other-model, 3",
    "/predictions/other-model/stable, djl, other-model, 3"
  })
  void aScoredImage(String path, String protocol, String model, String version) {
    server.send(
        server
            .request(path + "?topK=2")
            .header("x-request-id", "mine")
            .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .POST(BodyPublishers.ofString("7")));

    RequestSummary request = recorded.only();
    assertThat(request.protocol()).isEqualTo(protocol);
    assertThat(request.model().name()).isEqualTo(model);
    assertThat(request.model().version()).isEqualTo(version);
    assertThat(request.outcome().kind()).isEqualTo(Outcome.Kind.SUCCESS);
    assertThat(request.status()).isEqualTo(200);
    assertThat(request.images()).isEqualTo(1);
    assertThat(request.bodyBytes()).isEqualTo(1);
    assertThat(request.call().method()).isEqualTo("POST");
    assertThat(request.call().path()).isEqualTo(path);
    assertThat(request.call().requestId()).isEqualTo("mine");
    assertThat(request.call().trace().traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    assertThat(request.timings()).extracting(ScoreResult.Timing::batchSize).containsExactly(1);
    assertThat(request.scoredAfter()).isPositive().isLessThanOrEqualTo(request.total());
    assertThat(recorded.scored()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/score, bad, INVALID, 400, fake, 1",
    "/score, '', INVALID, 400, fake, 1",
    "/score?topK=x, 7, INVALID, 400, fake, 1",
    "/score, crash, FAILED, 500, fake, 1",
    "/predictions/none, 7, NOT_FOUND, 404, '', ''",
    "/predictions/fake/2, 7, NOT_FOUND, 404, fake, ''",
    "/predictions/fake/nonsense!, 7, INVALID, 400, '', ''",
  })
  void aRequestThatWasNotScored(
      String path, String body, Outcome.Kind kind, int status, String model, String version) {
    server.post(path, body);

    RequestSummary request = recorded.only();
    assertThat(request.outcome().kind()).isEqualTo(kind);
    assertThat(request.outcome().reason()).isEmpty();
    assertThat(request.status()).isEqualTo(status);
    assertThat(request.model().name()).isEqualTo(model);
    assertThat(request.model().version()).isEqualTo(version);
    assertThat(request.timings()).isEmpty();
    assertThat(request.scoredAfter()).isZero();
    assertThat(recorded.scored()).isEmpty();
  }

  @Test
  void aRejectionHasItsReason() throws Exception {
    server.loader().model("other-model", 3).hold();
    CompletableFuture<HttpResponse<String>> running =
        server.postLater("/predictions/other-model", "1");
    server.loader().model("other-model", 3).awaitCall();
    CompletableFuture<HttpResponse<String>> waiting =
        server.postLater("/predictions/other-model", "1");
    server.awaitRequests(2);

    assertThat(server.post("/predictions/other-model", "1").statusCode()).isEqualTo(503);

    assertThat(recorded.only().outcome().kind()).isEqualTo(Outcome.Kind.REJECTED);
    assertThat(recorded.only().outcome().reason()).isEqualTo("queue_full");
    assertThat(recorded.only().model().version()).isEqualTo("3");
    server.loader().model("other-model", 3).release(10);
    assertThat(running.get().statusCode()).isEqualTo(200);
    assertThat(waiting.get().statusCode()).isEqualTo(200);
  }

  @Test
  void aModelThatIsNotLoadedYetIsRecordedByName() throws Exception {
    RecordedRequests early = new RecordedRequests();
    try (TestServer starting = new TestServer(Settings.DEFAULT, new Telemetry(List.of(early)))) {
      starting.listen();
      assertThat(starting.post("/score", "1").statusCode()).isEqualTo(503);
    }

    assertThat(early.only().outcome().kind()).isEqualTo(Outcome.Kind.REJECTED);
    assertThat(early.only().outcome().reason()).isEqualTo("not_ready");
    assertThat(early.only().model().name()).isEqualTo("fake");
    assertThat(early.only().model().version()).isEmpty();
  }

  @Test
  void aRequestThatTimedOut() throws Exception {
    server.model().hold();
    HttpResponse<String> late =
        server.send(
            server
                .request("/score")
                .header("x-request-timeout-ms", "50")
                .POST(BodyPublishers.ofString("1")));

    assertThat(late.statusCode()).isEqualTo(504);
    assertThat(recorded.only().outcome().kind()).isEqualTo(Outcome.Kind.CLIENT_DEADLINE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRequestWhoseClientDisconnected(boolean uploaded) throws Exception {
    server.model().hold();
    RawConnection leaving = server.connect();
    if (uploaded) {
      leaving.post("/score", "1");
      server.model().awaitCall();
    } else {
      leaving.write("POST /score HTTP/1.1\nHost: x\nContent-Length: 100\n\n12345");
      server.awaitArriving(1);
    }
    leaving.reset();

    RequestSummary request = recorded.only();
    assertThat(request.outcome().kind()).isEqualTo(Outcome.Kind.ABANDONED);
    assertThat(request.status()).isZero();
    assertThat(request.bodyBytes()).isEqualTo(uploaded ? 1 : 5);
    server.model().release(1);
    server.awaitRequests(0);
    assertThat(recorded.ended()).hasSize(1);
  }

  @Test
  void aRequestRefusedBeforeItsProtocolIsRecorded() {
    server.send(
        server
            .request("/score")
            .header("x-request-id", "i".repeat(101))
            .POST(BodyPublishers.ofString("1")));

    assertThat(recorded.only().protocol()).isEqualTo("azure");
    assertThat(recorded.only().status()).isEqualTo(431);
    assertThat(recorded.only().outcome().kind()).isEqualTo(Outcome.Kind.INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /score, 405",
    "PUT, /predictions/fake, 405",
    "OPTIONS, /score, 204",
    "GET, /health/live, 200",
    "GET, /ping, 200",
    "POST, /nowhere, 404",
  })
  void otherRequestsAreReportedSeparately(String method, String path, int status) {
    server.send(server.request(path + "?key=secret").method(method, BodyPublishers.ofString("7")));

    Awaitility.await().until(() -> recorded.others().size() == 1);
    assertThat(recorded.others()).containsExactly(method + " " + path + " " + status);
    assertThat(recorded.ended()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST /%zz HTTP/1.1, Host: x, POST /%zz 400",
    "nonsense, Host: x, GET /bad-request 400",
    "POST /score HTTP/1.1, Accept: none, POST /score 400",
    "POST /score HTTP/1.1, Host: a b, POST /score 400",
    "OPTIONS * HTTP/1.1, Host: x, OPTIONS * 404",
    "GET nowhere HTTP/1.1, Host: x, GET nowhere 404",
  })
  void malformedRequestsAreReported(String line, String header, String reported) throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.write(line + "\n" + header + "\n\n").read();
    }

    Awaitility.await().until(() -> recorded.others().size() == 1);
    assertThat(recorded.others()).containsExactly(reported);
  }

  @Test
  void requestsRefusedBeforeAnyHandlerAreReported() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.write("GET /ping HTTP/1.1\nHost: a b\n\n").read();
    }

    Awaitility.await().until(() -> recorded.others().size() == 1);
    assertThat(recorded.others()).containsExactly("GET /ping 400");
  }
}
