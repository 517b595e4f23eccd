package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.server.TestManagement;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.rollout.drift.ScoreBaseline;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drift, from answers over HTTP to the management calls, the metrics and the page. */
@Timeout(60)
class DriftCallsTest {

  @TempDir private Path store;

  private static void answer(TestManagement server, int image) {
    ServedModel model = server.registry().find("m", VersionChoice.newest()).orElseThrow();
    String text = Integer.toString(image % 10);
    ModelInput input = new ModelInput.Image(text.getBytes(StandardCharsets.UTF_8));
    ScoreResult.Timing timing =
        new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
    try {
      server
          .drifts()
          .scored(
              model,
              new ScoreListener.Scored(
                  "",
                  0,
                  input,
                  new ScoreResult(
                      model.description(), List.of(), model.scoreAside(input), timing)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonObject drift(TestManagement server) {
    return new JsonObject(server.send("GET", "/models/m/drift").body());
  }

  private static void await(TestManagement server, String state) {
    Awaitility.await().until(() -> drift(server).getString("state").equals(state));
  }

  @Test
  void theCallsShowTheBaselineAndForgetIt() throws Exception {
    Files.createDirectories(store.resolve("m"));
    Files.writeString(
        store.resolve("m").resolve("serving.properties"), "drift=on\ndrift.window=100\n");
    try (TestManagement server = new TestManagement(store)) {
      server.put("m", 1);
      assertThat(drift(server).getString("state")).isEqualTo("collecting");

      for (int i = 0; i < ScoreBaseline.IMAGES + 100; i++) {
        answer(server, i);
      }
      await(server, "watching");
      assertThat(drift(server).getJsonObject("baseline").getInteger("images")).isEqualTo(4_000);
      assertThat(drift(server).getJsonObject("classes").getDouble("limit")).isGreaterThan(0.1);
      assertThat(server.send("GET", "/metrics").body())
          .contains(
              "lynxeye_drift_baseline_images{model=\"m\",version=\"1\"} 4000",
              "lynxeye_drift_alarm{model=\"m\",version=\"1\"} 0",
              "lynxeye_drift_limit{model=\"m\",of=\"classes\",version=\"1\"} 0.");

      for (int i = 0; i < 100; i++) {
        answer(server, 3);
      }
      Awaitility.await().until(() -> drift(server).getBoolean("alarm"));
      assertThat(server.send("GET", "/metrics").body())
          .contains(
              "lynxeye_drift_alarm{model=\"m\",version=\"1\"} 1",
              "lynxeye_drift_shift{model=\"m\",of=\"classes\",version=\"1\"} ");

      assertThat(server.send("DELETE", "/models/m/drift/baseline").statusCode()).isEqualTo(200);
      assertThat(drift(server).getString("state")).isEqualTo("collecting");
      assertThat(store.resolve(".rollouts/m/baseline-1.json")).doesNotExist();
    }
  }

  /** Five, and not the sixth, whose request names a version. */
  @Test
  void answersToRequestsThatNameNoVersionAreCounted() {
    try (TestServer server = TestServer.ready()) {
      ModelSettings settings = ModelSettings.of(Map.of("drift", "on"));
      server.serve(new StoredModel("d", settings, List.of(FakeLoader.source("d", 1)))).join();
      URI metrics =
          URI.create("http://127.0.0.1:" + server.open(EndpointConfig.Kind.METRICS) + "/metrics");

      assertThat(server.post("/predictions/d/1", "3").statusCode()).isEqualTo(200);
      for (int i = 0; i < 5; i++) {
        assertThat(server.post("/predictions/d", "3").statusCode()).isEqualTo(200);
      }

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(server.send(HttpRequest.newBuilder(metrics)).body())
                      .contains("lynxeye_drift_baseline_images{model=\"d\",version=\"1\"} 5.0\n"));
      assertThat(server.get("/stats").body())
          .contains(
              "\"drift\":\"drift: the baseline has 5 of 4,000 answers\"", "\"driftAlarm\":false");
    }
  }
}
