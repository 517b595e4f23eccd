package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two hundred concurrent clients with valid and invalid requests. */
class ManyClientsTest {

  private static final int CLIENTS = 200;

  /** The body of client i: an image, an invalid image, or one that makes the engine fail. */
  private static String body(int i) {
    return switch (i % 4) {
      case 0 -> "bad";
      case 1 -> "crash";
      default -> Integer.toString(i % 10);
    };
  }

  private static String path(int i) {
    return i % 3 == 0 ? "/score?topK=1" : "/predictions/fake?topK=1";
  }

  private static void assertIsAnswerTo(int i, HttpResponse<String> answer) {
    int status =
        switch (i % 4) {
          case 0 -> 400;
          case 1 -> 500;
          default -> 200;
        };
    assertThat(answer.statusCode()).as("client %d: %s", i, answer.body()).isEqualTo(status);
    if (status == 200) {
      assertThat(answer.body()).contains("\"label " + i % 10 + "\"");
    }
    boolean azure = i % 3 == 0;
    assertThat(answer.body().contains("\"code\"")).isEqualTo(status != 200 && !azure);
    assertThat(answer.body().contains("\"requestId\"")).isEqualTo(status != 200 && azure);
  }

  @Test
  void eachClientGetsItsOwnResponse() throws Exception {
    try (TestServer server = TestServer.ready()) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        answers.add(server.postLater(path(i), body(i)));
      }
      for (int i = 0; i < CLIENTS; i++) {
        assertIsAnswerTo(i, answers.get(i).get());
      }
      server.awaitRequests(0);
      assertThat(server.requestLimiter().bytes()).isZero();
    }
  }
}
