package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code x-request-timeout-ms}: the time limit of the client. */
class RequestTimeoutTest {

  private static final String HEADER = "x-request-timeout-ms";

  private static HttpResponse<String> post(TestServer server, String path, String timeout) {
    return server.send(
        server.request(path).header(HEADER, timeout).POST(BodyPublishers.ofString("7")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "1s", "soon", "99999999999999999999"})
  void anInvalidTimeoutIsRefusedInTheFormOfTheProtocol(String timeout) {
    try (TestServer server = TestServer.ready()) {
      String message = HEADER + "=" + timeout + " is not a positive integer";

      HttpResponse<String> azure = post(server, "/score", timeout);
      HttpResponse<String> djl = post(server, "/predictions/fake", timeout);

      assertThat(azure.statusCode()).isEqualTo(400);
      assertThat(new JsonObject(azure.body()).getString("message")).isEqualTo(message);
      assertThat(new JsonObject(azure.body()).getString("requestId")).isNotEmpty();
      assertThat(djl.statusCode()).isEqualTo(400);
      assertThat(new JsonObject(djl.body()).getString("message")).isEqualTo(message);
      assertThat(new JsonObject(djl.body()).getInteger("code")).isEqualTo(400);
      assertThat(server.model().prepared()).isZero();
    }
  }

  @Test
  void aRequestWithEnoughTimeIsServed() {
    try (TestServer server = TestServer.ready()) {
      assertThat(post(server, "/score", "20000").statusCode()).isEqualTo(200);
      assertThat(post(server, "/predictions/fake", "999999999999999999").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aRequestWhoseTimeIsUpGets504() throws InterruptedException {
    try (TestServer server = TestServer.ready()) {
      server.model().hold();
      CompletableFuture<HttpResponse<String>> patient = server.postLater("/score", "1");
      server.model().awaitCall();

      assertThat(post(server, "/score", "100").statusCode()).isEqualTo(504);

      server.model().release(1);
      assertThat(patient.join().statusCode()).isEqualTo(200);
      assertThat(server.model().batchSizes()).hasSize(1); // The late image was never scored.
    }
  }

  @Test
  void theTimeoutOfTheServerIsTheMaximum() throws InterruptedException {
    Settings hasty = Settings.DEFAULT.withRequestTimeout(Duration.ofMillis(300));
    try (TestServer server = TestServer.ready(hasty)) {
      server.model().hold();

      assertThat(post(server, "/score", "3600000").statusCode()).isEqualTo(504);
    }
  }

  /** The engine takes 0.5 s per image; four wait; the fifth has a limit of 1 s. */
  @Test
  void aRequestThatWouldBeLateIsRejectedAtOnceWithRetryAfter() throws Exception {
    try (TestServer server = TestServer.ready()) {
      server.model().hold();
      List<CompletableFuture<HttpResponse<String>>> accepted = new ArrayList<>();
      accepted.add(server.postLater("/score", "1"));
      server.model().awaitCall();
      Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> true);
      server.model().release(1);
      accepted.get(0).join();
      for (int i = 0; i < 4; i++) {
        accepted.add(server.postLater("/score", "2"));
      }
      server.awaitRequests(4);

      HttpResponse<String> late = post(server, "/score", "1000");
      HttpResponse<String> djl = post(server, "/predictions/fake", "1000");

      assertThat(late.statusCode()).isEqualTo(503);
      // The four, itself, one batch it may miss and a margin of a quarter: 7 x 0.5 s, more than 1
      // s.
      assertThat(Integer.parseInt(late.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(3, 60);
      assertThat(new JsonObject(late.body()).getString("message")).contains("raise the limit");
      assertThat(djl.statusCode()).isEqualTo(503);
      assertThat(new JsonObject(djl.body()).getString("type"))
          .isEqualTo("ServiceUnavailableException");
      assertRefusedBeforeTheUpload(server);

      server.model().release(4);
      assertThat(accepted).allSatisfy(a -> assertThat(a.join().statusCode()).isEqualTo(200));
      assertThat(server.model().prepared()).isEqualTo(5);
    }
  }

  private static void assertRefusedBeforeTheUpload(TestServer server) throws IOException {
    try (RawConnection asking = server.connect()) {
      asking.write(
          "POST /score HTTP/1.1\nHost: x\nContent-Length: 9\nExpect: 100-continue\n"
              + HEADER
              + ": 1000\n\n");

      assertThat(asking.read().status()).isEqualTo(503);
    }
  }
}
