package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.cli.CommandRun;
import io.lynxeye.server.TestManagement;
import io.lynxeye.serving.model.VersionChoice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void metricsFollowTheTrial() {
    assertThat(server.send("GET", "/metrics").body())
        .contains("lynxeye_rollout_state{model=\"m\",state=\"shadow\"} 1");
  }
}
