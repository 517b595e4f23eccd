package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.admission.RequestLimiter;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More at once than fits in memory: it waits, and all of it is answered. */
@Timeout(90)
class FloodTest {

  private static final int MEGABYTE = 1 << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Settings LARGE =
      Settings.DEFAULT.withMaxBody(8 * MEGABYTE).withRequestTimeout(Duration.ofMinutes(1));

  private static List<CompletableFuture<HttpResponse<String>>> flood(
      TestServer server, int requests, String body) {
    return flood(server, requests, BodyPublishers.ofString(body));
  }

  /** The bytes are in this heap too, once. */
  private static List<CompletableFuture<HttpResponse<String>>> flood(
      TestServer server, int requests, BodyPublisher shared) {
    return IntStream.range(0, requests)
        .mapToObj(i -> server.request("/score").timeout(PATIENCE).POST(shared).build())
        .map(request -> CLIENT.sendAsync(request, BodyHandlers.ofString()))
        .toList();
  }

  private static void assertAnswered(List<CompletableFuture<HttpResponse<String>>> answers) {
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.join().body()).contains("predictions"));
  }

  @Test
  void aBurstIsAnsweredWhole() throws InterruptedException {
    try (TestServer server = TestServer.ready(LARGE)) {
      server.model().hold();
      List<CompletableFuture<HttpResponse<String>>> burst = flood(server, 200, "7");
      server.awaitRequests(200);
      // The batch of one that runs, and 16 ahead; the others wait as they were sent.
      Awaitility.await().until(() -> server.model().samples() == 17);

      server.model().release(200);

      assertAnswered(burst);
      assertThat(server.model().batchSizes()).hasSize(200);
      assertThat(server.requestLimiter().bytes()).isZero();
    }
  }

  /** 28 bodies of 4 MB are 112 MB, more than an eighth of the heap; none is refused. */
  @Test
  void aFloodOfLargeBodiesWaitsInItsSockets() throws InterruptedException {
    long limit = Runtime.getRuntime().maxMemory() / 8;
    assertThat(28L * 4 * MEGABYTE).isGreaterThan(limit); // Otherwise nothing would wait.
    try (TestServer server = TestServer.ready(LARGE)) {
      for (int i = 0; i < 20; i++) { // It is known to be fast, although it is held in a moment.
        assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
      }
      server.model().hold();
      String large = "7".repeat(4 * MEGABYTE);
      List<CompletableFuture<HttpResponse<String>>> flood = flood(server, 28, large);
      Awaitility.await().until(() -> server.requestLimiter().waiting() > 10);
      assertThat(server.requestLimiter().bytes()).isLessThanOrEqualTo(limit);
      assertThat(flood).noneMatch(CompletableFuture::isDone);

      HttpResponse<String> other = server.post("/predictions/other-model", "4");
      assertThat(other.body()).contains("label 4"); // A small body does not wait for large ones.

      server.model().release(28);
      assertAnswered(flood);
      Awaitility.await().until(() -> server.requestLimiter().bytes() == 0);
      assertThat(server.requestLimiter().waiting()).isZero();
    }
  }

  /** Their length is not known: parts of all of them would fill the memory, and none would end. */
  @Test
  void aFloodOfLargeChunkedBodiesIsAnswered() throws InterruptedException {
    try (TestServer server = TestServer.ready(LARGE)) {
      byte[] large = "7".repeat(4 * MEGABYTE).getBytes(StandardCharsets.UTF_8);
      BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large));

      assertAnswered(flood(server, 24, chunked)); // 96 MB.

      Awaitility.await().until(() -> server.requestLimiter().bytes() == 0);
      assertThat(server.requestLimiter().waiting()).isZero();
    }
  }

  /** All the memory is taken for longer than the client has time. */
  @Test
  void theClientsTimeLimitsTheWaitForMemory() {
    try (TestServer server = TestServer.ready(LARGE);
        RequestLimiter.RequestPermit all = server.requestLimiter().acquire()) {
      assertThat(all.reserve("", Long.MAX_VALUE / 2, () -> {})).isTrue(); // It is alone.

      HttpResponse<String> refused =
          server.send(
              server
                  .request("/score") // The server's own limit is a minute, the client's is 20 s.
                  .header("x-request-timeout-ms", "200")
                  .POST(BodyPublishers.ofString("7")));

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("the server is overloaded");
    }
  }

  @Test
  void damagedImagesOfABurstAre400() throws InterruptedException {
    try (TestServer server = TestServer.ready(LARGE)) {
      server.model().hold();
      List<CompletableFuture<HttpResponse<String>>> good = flood(server, 60, "7");
      server.awaitRequests(60);
      List<CompletableFuture<HttpResponse<String>>> bad = flood(server, 20, "bad");
      server.awaitRequests(80);

      server.model().release(60);

      assertAnswered(good);
      assertThat(bad).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(400));
    }
  }
}
