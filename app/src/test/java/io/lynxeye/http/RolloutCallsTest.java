package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.cli.CommandRun;
import io.lynxeye.server.TestManagement;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.ScoreListener;
import io.lynxeye.serving.scoring.ScoreResult;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator's decisions about a version on trial, over HTTP and on the command line. */
class RolloutCallsTest {

  @TempDir private Path store;
  @AutoClose private TestManagement server;

  @BeforeEach
  void start() {
    server = new TestManagement(store);
    server.put("m", 1);
    assertThat(server.send("PUT", "/models/m/rollout?rollout=shadow").statusCode()).isEqualTo(200);
    server.put("m", 2);
  }

  private long serving() {
    return server.registry().find("m", VersionChoice.newest()).orElseThrow().id().version().value();
  }

  private JsonObject post(String step) {
    HttpResponse<String> response = server.send("POST", "/models/m/rollout/" + step);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  private String run(String step) {
    return CommandRun.of("rollout", step, "m", "--server", "http://127.0.0.1:" + server.port())
        .out();
  }

  @Test
  void showsTheVersionOnTrial() {
    JsonObject rollout = new JsonObject(server.send("GET", "/models/m/rollout").body());

    assertThat(rollout.getString("state")).isEqualTo("shadow");
    assertThat(rollout.getString("serving")).isEqualTo("1");
    assertThat(rollout.getString("candidate")).isEqualTo("2");
    assertThat(rollout.getString("verdict")).isEqualTo("UNDECIDED");
    assertThat(server.send("GET", "/models/m/2").body()).contains("\"state\" : \"SHADOW\"");
    assertThat(serving()).isEqualTo(1);
  }

  @Test
  void promotesAndRollsBack() {
    assertThat(post("promote").getString("serving")).isEqualTo("2");
    assertThat(serving()).isEqualTo(2);

    assertThat(post("rollback").getString("serving")).isEqualTo("1");
    assertThat(serving()).isEqualTo(1);
    assertThat(server.send("GET", "/models/m/2").body())
        .contains("\"state\" : \"STOPPED\"", "rolled back");
    assertThat(server.send("POST", "/models/m/rollout/rollback").statusCode()).isEqualTo(409);
  }

  private HttpResponse<String> feedback(String body) {
    return server.send(server.request("POST", "/models/m/feedback", body));
  }

  /** The request with this id was compared, see {@code docs/rollout.md}. */
  @Test
  void takesFeedback() throws Exception {
    ModelInput input = new ModelInput.Image("3".getBytes(StandardCharsets.UTF_8));
    ServedModel model = server.registry().find("m", VersionChoice.newest()).orElseThrow();
    ScoreResult.Timing timing =
        new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
    ScoreResult result =
        new ScoreResult(model.description(), List.of(), model.scoreAside(input), timing);
    server.send("PUT", "/models/m/rollout?share=1");
    server.settle();
    server.rollouts().scored(model, new ScoreListener.Scored("mine", 0, input, result));
    Awaitility.await()
        .until(() -> server.send("GET", "/models/m/rollout").body().contains("\"images\" : 1"));

    assertThat(feedback("{\"request_id\": \"mine\", \"label\": \"lynx\"}").body())
        .contains("the label of feedback 1 of 1 is not a class of m");
    assertThat(
            new JsonObject(feedback("{\"request_id\": \"mine\", \"label\": \"label 3\"}").body()))
        .isEqualTo(new JsonObject().put("counted", 1).put("unknown", 0));
    assertThat(
            new JsonObject(
                feedback("[{\"request_id\": \"mine\", \"image\": 0, \"label\": \"label 3\"}]")
                    .body()))
        .isEqualTo(new JsonObject().put("counted", 0).put("unknown", 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "null",
        "{}",
        "[7]",
        "[null]",
        "{\"request_id\": 7, \"label\": \"label 3\"}",
        "{\"request_id\": \"a\", \"image\": null, \"label\": \"label 3\"}",
        "{\"request_id\": \"a\", \"image\": \"0\", \"label\": \"label 3\"}",
        "{\"label\": \"label 3\"}"
      })
  void refusesWhatIsNoFeedback(String body) {
    HttpResponse<String> response = feedback(body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("the body is not feedback: send");
  }

  @Test
  void stops() {
    JsonObject rollout = post("stop");

    assertThat(rollout.getString("state")).isEqualTo("none");
    assertThat(rollout.getJsonArray("stopped").getJsonObject(0).getString("version"))
        .isEqualTo("2");
    assertThat(server.send("POST", "/v2/repository/index").body())
        .contains("\"state\":\"UNAVAILABLE\"");
  }

  @Test
  void theCommandDoesTheSame() {
    assertThat(run("status")).contains("candidate  2", "agreement", "verdict    UNDECIDED");
    assertThat(run("promote")).contains("serving    2");
    assertThat(run("rollback")).contains("serving    1", "stopped: version 2");
    server.put("m", 3);
    assertThat(run("stop")).contains("stopped: version 3");
  }

  /** Offers an answered image for comparison, and waits for it. */
  private void compare(String image) throws InvalidInputException {
    ServedModel model = server.registry().find("m", VersionChoice.newest()).orElseThrow();
    ModelInput input = new ModelInput.Image(image.getBytes(StandardCharsets.ISO_8859_1));
    ModelOutput output = model.scoreAside(input);
    ScoreResult.Timing timing =
        new ScoreResult.Timing(Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
    server
        .rollouts()
        .scored(
            model,
            new ScoreListener.Scored(
                "", 0, input, new ScoreResult(model.description(), List.of(), output, timing)));
    Awaitility.await().until(() -> server.rollouts().status("m").known().evidence().images() > 0);
  }

  private HttpResponse<String> image(String digest) {
    return server.send("GET", "/models/m/rollout/images/" + digest);
  }

  /** {@code printf 3 | sha256sum}. */
  @Test
  void anImageThatTheVersionsDisagreeOnIsListedAndKeptOnRequest() throws Exception {
    String digest = "4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce";
    server.loader().model("m", 2).mistakes(text -> "4");
    server.send("PUT", "/models/m/rollout?share=1&on_fail=wait&keep_images=true");
    server.settle();

    compare("3");

    JsonObject one =
        new JsonObject(server.send("GET", "/models/m/rollout").body())
            .getJsonArray("disagreements")
            .getJsonObject(0);
    assertThat(one.getString("digest")).isEqualTo(digest);
    assertThat(one.getJsonObject("serving").getString("label")).isEqualTo("label 3");
    assertThat(one.getJsonObject("candidate").getString("label")).isEqualTo("label 4");
    HttpResponse<String> image = server.send("GET", one.getString("image"));
    assertThat(image.body()).isEqualTo("3");
    assertThat(image.headers().map())
        .containsEntry("Content-Type", List.of("application/octet-stream"))
        .containsEntry("Cache-Control", List.of("no-store"))
        .containsEntry("X-Content-Type-Options", List.of("nosniff"));
    assertThat(image(digest.substring(0, 12)).body()).isEqualTo("3");
    assertThat(run("status")).contains("4e07408562be  label 3", "label 4", "kept");

    post("stop");

    assertThat(image(digest).statusCode()).isEqualTo(404);
  }

  @Test
  void metricsFollowTheTrial() {
    assertThat(server.send("GET", "/metrics").body())
        .contains("lynxeye_rollout_state{model=\"m\",state=\"shadow\"} 1");
  }
}
