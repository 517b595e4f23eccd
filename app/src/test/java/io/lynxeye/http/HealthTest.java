package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Health checks from start to readiness. GracefulStopTest covers the shutdown. */
class HealthTest {

  @AutoClose private final TestServer server = TestServer.listening(Settings.DEFAULT);

  private void assertAnswer(String path, int status, String body) {
    HttpResponse<String> answer = server.get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void beforeTheModelIsLoadedTheServerIsLiveButNotReady() {
    assertAnswer("/health/live", 200, "live");
    assertAnswer("/health/ready", 503, "not ready");
    assertAnswer("/", 503, "not ready");
    assertAnswer("/ping", 503, "{}");
  }

  @Test
  void scoringBeforeTheModelIsLoadedGetsRetryAfter() {
    HttpResponse<String> answer = server.post("/score", "7");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(answer.body()).contains("the model is still being loaded; try again");
  }

  @Test
  void onceTheModelIsWarmTheServerIsReady() {
    server.serve().join();

    assertAnswer("/health/live", 200, "live");
    assertAnswer("/health/ready", 200, "ready");
    assertAnswer("/", 200, "Healthy");
  }

  @Test
  void pingReportsTheHealthOfEachModel() {
    server.serve().join();

    JsonObject healthy = new JsonObject().put("status", "Healthy");
    assertThat(new JsonObject(server.get("/ping").body()))
        .isEqualTo(new JsonObject().put("fake", healthy).put("other-model", healthy));
  }

  @Test
  void aModelThatFailsItsWarmUpNeverMakesTheServerReady() {
    server.model().failWarmUp();

    server.serve().join();

    assertAnswer("/health/live", 200, "live");
    assertAnswer("/health/ready", 503, "not ready");
    assertAnswer("/ping", 503, "{\"other-model\":{\"status\":\"Healthy\"}}");
  }

  @Test
  void aBusyEngineDoesNotMakeTheServerUnready() throws InterruptedException {
    server.serve().join();
    server.model().hold();
    var running = server.postLater("/score", "7");
    server.model().awaitCall();

    assertAnswer("/health/ready", 200, "ready");

    server.model().release(1);
    Awaitility.await().until(running::isDone);
  }
}
