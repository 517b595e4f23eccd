package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.fakes.FakeModel;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** 500, 503 and 504: responses to failures of the server and to overload. */
class OverloadAndFailureTest {

  private static final Settings ONE_WAITS = Settings.DEFAULT.withQueueCapacity(1);

  @Test
  void anEngineFailureRevealsNoInternals() throws InterruptedException {
    try (TestServer server = TestServer.ready()) {
      HttpResponse<String> azure = server.post("/score", "crash");
      HttpResponse<String> djl = server.post("/predictions/fake", "crash");

      assertThat(azure.statusCode()).isEqualTo(500);
      assertThat(new JsonObject(azure.body()).getString("requestId"))
          .isEqualTo(azure.headers().firstValue("x-request-id").orElseThrow());
      assertThat(djl.statusCode()).isEqualTo(500);
      assertThat(new JsonObject(djl.body()).getString("type")).isEqualTo("InternalServerException");
      assertThat(djl.headers().firstValue("x-request-id")).isPresent();
      assertThat(azure.body() + djl.body() + azure.headers() + djl.headers())
          .doesNotContain("secret", "IllegalState", "io.lynxeye", "Exception:");
      assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
    }
  }

  /** Reaches the limit of two: image 1 runs, image 2 waits, until the engine is released. */
  private static List<CompletableFuture<HttpResponse<String>>> takeEveryPlace(TestServer server)
      throws InterruptedException {
    server.model().hold();
    CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
    server.model().awaitCall();
    CompletableFuture<HttpResponse<String>> waiting = server.postLater("/score", "2");
    server.awaitRequests(2);
    return List.of(running, waiting);
  }

  @Test
  void aRequestBeyondTheLimitIsRejectedAtOnceWithRetryAfter() throws Exception {
    try (TestServer server = TestServer.ready(ONE_WAITS)) {
      List<CompletableFuture<HttpResponse<String>>> accepted = takeEveryPlace(server);

      HttpResponse<String> azure = server.post("/score", "3"); // The engine is still held.
      HttpResponse<String> djl = server.post("/predictions/fake", "3");

      assertThat(azure.statusCode()).isEqualTo(503);
      assertThat(azure.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(new JsonObject(azure.body()).getString("message")).contains("try again");
      assertThat(djl.statusCode()).isEqualTo(503);
      assertThat(djl.headers().firstValue("Retry-After")).hasValue("1");
      assertThat(new JsonObject(djl.body()).getInteger("code")).isEqualTo(503);
      assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);

      server.model().release(2);
      assertThat(accepted.get(0).get().body()).contains("label 1");
      assertThat(accepted.get(1).get().body()).contains("label 2");
      server.awaitRequests(0);
    }
  }

  @Test
  void aClientThatWaitsForContinueIsRejectedBeforeTheUpload() throws Exception {
    try (TestServer server = TestServer.ready(ONE_WAITS);
        RawConnection asking = server.connect()) {
      List<CompletableFuture<HttpResponse<String>>> accepted = takeEveryPlace(server);

      asking.write("POST /score HTTP/1.1\nHost: x\nContent-Length: 9\nExpect: 100-continue\n\n");

      assertThat(asking.read().status()).isEqualTo(503);
      assertThat(asking.isClosedByServer()).isTrue();
      assertThat(accepted).noneMatch(CompletableFuture::isDone);
    }
  }

  @Test
  void aRejectedUploadLeavesItsConnectionUsable() throws Exception {
    try (TestServer server = TestServer.ready(ONE_WAITS);
        RawConnection refused = server.connect()) {
      List<CompletableFuture<HttpResponse<String>>> accepted = takeEveryPlace(server);
      assertThat(refused.post("/score", "3").read().status()).isEqualTo(503);

      server.model().release(3);
      accepted.forEach(CompletableFuture::join);
      server.awaitRequests(0);

      assertThat(refused.post("/score", "4").read().body()).contains("label 4");
    }
  }

  @Test
  void aFullQueueRejectsLikeAFullServer() throws InterruptedException {
    try (TestServer server = TestServer.ready()) {
      FakeModel other = server.loader().model("other-model", 3).hold();
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      answers.add(server.postLater("/predictions/other-model", "1"));
      other.awaitCall();
      for (int i = 0; i < 3; i++) { // The first of them waits.
        answers.add(server.postLater("/predictions/other-model", "2"));
      }
      Awaitility.await().until(() -> answers.stream().filter(Future::isDone).count() == 2);
      other.release(2);

      assertThat(answers.stream().map(answer -> answer.join().statusCode()))
          .containsExactlyInAnyOrder(200, 200, 503, 503);
    }
  }

  /** A limit of four requests, twice the limit of one model. */
  @Test
  void arrivingUploadsDoNotBlockOtherRequests() throws Exception {
    try (TestServer server = TestServer.ready(ONE_WAITS)) {
      List<RawConnection> uploading = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        uploading.add(server.connect());
        uploading.get(i).write("POST /score HTTP/1.1\nHost: x\nContent-Length: 1\n\n");
      }
      server.awaitArriving(40);

      assertThat(server.post("/score", "3").statusCode()).isEqualTo(200);
      uploading.get(0).write("7");
      assertThat(uploading.get(0).read().status()).isEqualTo(200);
      for (RawConnection connection : uploading) {
        connection.close();
      }
      server.awaitArriving(0);
      server.awaitRequests(0);
    }
  }

  @Test
  void aFloodOfOneModelLeavesCapacityForAnother() throws InterruptedException {
    try (TestServer server = TestServer.ready(ONE_WAITS)) {
      List<CompletableFuture<HttpResponse<String>>> accepted = takeEveryPlace(server);
      for (int i = 0; i < 50; i++) {
        assertThat(server.post("/score", "3").statusCode()).isEqualTo(503);
      }

      assertThat(server.post("/predictions/other-model", "4").body()).contains("label 4");

      server.model().release(2);
      assertThat(accepted).allSatisfy(a -> assertThat(a.join().statusCode()).isEqualTo(200));
      assertThat(server.model().prepared()).isEqualTo(2);
    }
  }

  @Test
  void aRequestThatTimesOutGets504AndTheServerContinues() throws Exception {
    Settings hasty = Settings.DEFAULT.withRequestTimeout(Duration.ofSeconds(1));
    try (TestServer server = TestServer.ready(hasty)) {
      server.model().hold();
      CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
      server.model().awaitCall();

      HttpResponse<String> waiting = server.post("/predictions/fake", "2");

      assertThat(running.get().statusCode()).isEqualTo(504);
      assertThat(new JsonObject(running.get().body()).getString("message")).contains("in time");
      assertThat(waiting.statusCode()).isEqualTo(504);
      assertThat(new JsonObject(waiting.body()).getString("type")).isEqualTo("TimeoutException");
      server.awaitRequests(0);

      server.model().release(1000);
      assertThat(server.post("/score", "7").body()).contains("label 7");
      // The image that was waiting was never scored.
      assertThat(server.model().batchSizes()).hasSize(2);
    }
  }

  @Test
  void theIdleTimeoutIsLongerThanTheRequestTimeout() {
    var config = Settings.DEFAULT.withRequestTimeout(Duration.ofHours(1)).config();

    assertThat(HttpApi.idle(config)).isGreaterThan(Duration.ofHours(1));
  }
}
