package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestManagement;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Triton's clients ask for beyond the Open Inference Protocol. */
class TritonTest {

  @AutoClose private final TestServer server = TestServer.ready();

  private JsonObject stats(String path) {
    JsonArray rows = new JsonObject(server.get(path).body()).getJsonArray("model_stats");
    assertThat(rows).hasSize(1);
    return rows.getJsonObject(0);
  }

  @Test
  void aModelThatHasScoredNothingHasCountedNothing() {
    JsonObject stats = stats("/v2/models/fake/stats");

    assertThat(stats.getString("name")).isEqualTo("fake");
    assertThat(stats.getString("version")).isEqualTo("1");
    assertThat(stats.getLong("last_inference")).isZero();
    assertThat(stats.getLong("inference_count")).isZero();
    assertThat(stats.getJsonArray("batch_stats")).isEmpty();
  }

  @Test
  void statisticsCountRequestsImagesCallsAndTimes() {
    long before = System.currentTimeMillis();
    for (int i = 0; i < 3; i++) {
      assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
    }
    String two = "{\"instances\": [{\"b64\": \"Nw==\"}, {\"b64\": \"Mw==\"}]}";
    assertThat(server.post("/v1/models/fake:predict", two).statusCode()).isEqualTo(200);
    assertThat(server.post("/predictions/fake", "bad").statusCode()).isEqualTo(400);
    Awaitility.await()
        .until(
            () ->
                stats("/v2/models/fake/stats")
                        .getJsonObject("inference_stats")
                        .getJsonObject("fail")
                        .getLong("count")
                    == 1);

    JsonObject stats = stats("/v2/models/fake/versions/1/stats");
    assertThat(stats.getLong("inference_count")).isEqualTo(5);
    assertThat(stats.getLong("execution_count")).isEqualTo(5); // Batches of 1 in this server.
    assertThat(stats.getLong("last_inference")).isBetween(before, System.currentTimeMillis());
    JsonObject times = stats.getJsonObject("inference_stats");
    assertThat(times.fieldNames())
        .containsExactly(
            "success", "fail", "queue", "compute_input", "compute_infer", "compute_output");
    for (String stage :
        new String[] {"success", "queue", "compute_input", "compute_infer", "compute_output"}) {
      assertThat(times.getJsonObject(stage).getLong("count")).as(stage).isEqualTo(4);
      assertThat(times.getJsonObject(stage).getLong("ns"))
          .as(stage)
          .isBetween(1L, TimeUnit.MINUTES.toNanos(1));
    }
    assertThat(stats.getJsonArray("batch_stats")).hasSize(1);
    JsonObject batch = stats.getJsonArray("batch_stats").getJsonObject(0);
    assertThat(batch.getInteger("batch_size")).isEqualTo(1);
    assertThat(batch.getJsonObject("compute_infer").getLong("count")).isEqualTo(5);
    assertThat(batch.fieldNames())
        .containsExactly("batch_size", "compute_input", "compute_infer", "compute_output");
  }

  @Test
  void statisticsOfAllModelsAreOnePerVersion() {
    JsonArray rows =
        new JsonObject(server.get("/v2/models/stats").body()).getJsonArray("model_stats");

    assertThat(rows.stream().map(row -> ((JsonObject) row).getString("name")))
        .containsExactly("fake", "other-model");
  }

  /** As in the other answers of this port; the management port has the cause. */
  @Test
  void theIndexShowsThatAModelFailedButNotWhy() {
    try (TestServer failing = TestServer.listening(TestServer.Settings.DEFAULT)) {
      failing.model().failWarmUp();
      failing.serve().join();

      JsonObject row =
          new JsonArray(failing.post("/v2/repository/index", "").body()).getJsonObject(0);
      assertThat(row.getString("name")).isEqualTo("fake");
      assertThat(row.getString("state")).isEqualTo("UNAVAILABLE");
      assertThat(row.getString("reason"))
          .isEqualTo("it could not be loaded; the server's log has the cause");
    }
  }

  /** The scoring port lists what the management port lists, and refuses to change it. */
  @ParameterizedTest
  @CsvSource({"load", "unload"})
  void modelsAreNotChangedOnTheScoringPort(String action, @TempDir Path store) {
    String path = "/v2/repository/models/other-model/" + action;
    HttpResponse<String> answer = server.post(path, "{}");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("on the management port only").contains("--management-port");
    assertThat(server.post("/predictions/other-model", "7").statusCode()).isEqualTo(200);
    try (TestManagement management = new TestManagement(store).put("other-model", 3)) {
      assertThat(management.send("POST", path).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/systemsharedmemory/status, shared memory is not supported",
    "GET, /v2/systemsharedmemory/region/x/status, shared memory is not supported",
    "POST, /v2/systemsharedmemory/region/x/register, shared memory is not supported",
    "POST, /v2/systemsharedmemory/unregister, shared memory is not supported",
    "POST, /v2/cudasharedmemory/region/x/register, shared memory is not supported",
    "POST, /v2/cudasharedmemory/region/x/unregister, shared memory is not supported",
    "GET, /v2/trace/setting, trace settings cannot be read or changed by clients",
    "POST, /v2/trace/setting, trace settings cannot be read or changed by clients",
    "POST, /v2/models/fake/trace/setting, trace settings cannot be read or changed by clients",
    "GET, /v2/logging, log settings cannot be read or changed by clients",
    "POST, /v2/logging, log settings cannot be read or changed by clients"
  })
  void whatIsNotSupportedIsRefusedWithTheCure(String method, String path, String message) {
    HttpResponse<String> answer =
        server.send(
            server
                .request(path)
                .method(
                    method,
                    method.equals("GET")
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString("{\"key\": \"/shm\"}")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getString("error")).startsWith(message + "; ");
  }
}
