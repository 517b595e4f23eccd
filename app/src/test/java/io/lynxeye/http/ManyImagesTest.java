package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Several images in one HTTP request: the permits they hold, and their maximum number. */
class ManyImagesTest {

  private static final String SEVEN = "{\"b64\":\"Nw==\"}";

  @AutoClose
  private final TestServer server =
      TestServer.ready(
          TestServer.Settings.DEFAULT
              .withQueueCapacity(10)
              .withRequestTimeout(Duration.ofSeconds(20)));

  private static String rows(int images) {
    return "{\"instances\":[" + String.join(",", Collections.nCopies(images, SEVEN)) + "]}";
  }

  @Test
  void eachImageCountsAsARequestUntilTheResponse() throws Exception {
    server.model().hold();
    var answer = server.postLater("/v1/models/fake:predict", rows(5));
    server.awaitRequests(5);

    server.model().release(5);

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(new JsonObject(answer.get().body()).getJsonArray("predictions")).hasSize(5);
    server.awaitRequests(0);
  }

  @Test
  void moreImagesThanTheModelAcceptsAreTheCallersErrorAndHoldNoPermit() {
    for (int images : new int[] {12, 40}) { // 40 exceed the limit of the server too.
      HttpResponse<String> answer = server.post("/v1/models/fake:predict", rows(images));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("at most 11 at once; send them in several requests");
    }
    server.awaitRequests(0);
    assertThat(server.requestLimiter().bytes()).isZero();
  }

  @Test
  void tensorsCountWithTheirBinarySize() throws Exception {
    server.model().hold();
    String tensor = "[[[2,0,0],[0,0,0]],[[0,0,0],[0,0,0]]]";
    String body = "{\"instances\":[" + tensor + "," + tensor + "]}";
    var answer = server.postLater("/v1/models/fake:predict", body);
    server.awaitRequests(2);

    assertThat(server.requestLimiter().bytes()).isEqualTo(body.length() + 2 * 12 * Float.BYTES);

    server.model().release(2);
    assertThat(answer.get().statusCode()).isEqualTo(200);
    server.awaitRequests(0);
    assertThat(server.requestLimiter().bytes()).isZero();
  }
}
