package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.lynxeye.server.TestManagement;
import io.lynxeye.serving.batching.BatchOutput;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.fakes.FakeRegistrar;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.VersionChoice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists and descriptions of loaded and failed versions. */
class ManagementListTest {

  private static final ModelInput SEVEN =
      new ModelInput.Image("7".getBytes(StandardCharsets.UTF_8));

  @TempDir private Path store;
  private TestManagement server;

  @BeforeEach
  void start() {
    server = new TestManagement(store);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  private JsonArray describe(String path) {
    return new JsonArray(server.send("GET", path).body());
  }

  @Test
  void pagesAreOrderedByNameWithAllVersionsOfAModelOnOnePage() {
    for (String name : List.of("e", "b", "a", "d", "c")) {
      server.put(name, 1);
    }
    server.put("b", 2);
    List<List<String>> pages = new ArrayList<>();
    String token = "0";
    while (token != null) {
      JsonObject page =
          new JsonObject(server.send("GET", "/models?limit=2&next_page_token=" + token).body());
      pages.add(
          objects(page.getJsonArray("models")).stream()
              .map(row -> row.getString("modelName") + "/" + row.getString("version"))
              .toList());
      token = page.getString("nextPageToken");
    }

    assertThat(pages)
        .containsExactly(List.of("a/1", "b/1", "b/2"), List.of("c/1", "d/1"), List.of("e/1"));
  }

  @Test
  void aDescriptionHasTheFieldsOfDjlServingAndFurtherOnes() {
    server.put("cats", 1, "batch_size=3\nmax_batch_delay=20\njob_queue_size=8\nmaxWorkers=2\n");

    JsonObject workflow = describe("/models/cats").getJsonObject(0);
    JsonObject model = workflow.getJsonArray("models").getJsonObject(0);
    JsonObject group = model.getJsonArray("workerGroups").getJsonObject(0);

    assertThat(workflow.getString("workflowName")).isEqualTo("cats");
    assertThat(workflow.getString("version")).isEqualTo("1");
    assertThat(model.getMap())
        .containsEntry("modelName", "cats")
        .containsEntry("modelUrl", store.resolve("cats").resolve("1").toUri().toString())
        .containsEntry("batchSize", 3)
        .containsEntry("maxBatchDelayMillis", 20)
        .containsEntry("queueSize", 8)
        .containsEntry("requestInQueue", 0)
        .containsEntry("status", "Healthy")
        .containsEntry("loadedAtStartup", true)
        .containsEntry("state", "AVAILABLE")
        .containsEntry("place", "cats/1")
        .containsEntry("format", "SAVED_MODEL")
        .containsEntry("engine", "Fake 1.0")
        .containsEntry("device", "cpu")
        .containsEntry("input", "pixels: float [-1, 2, 2, 3]")
        .containsEntry("output", "scores: float [-1, 10]")
        .containsEntry("labels", 10)
        .containsEntry("workers", 2);
    assertThat(group.getJsonObject("device"))
        .isEqualTo(new JsonObject().put("deviceType", "cpu").put("deviceId", -1));
    assertThat(group.getInteger("minWorkers")).isEqualTo(2);
    assertThat(group.getInteger("maxWorkers")).isEqualTo(2);
    assertThat(objects(group.getJsonArray("workers")))
        .extracting(worker -> worker.getInteger("id"))
        .containsExactly(1, 2);
    assertThat(group.getJsonArray("workers").getJsonObject(0).getString("startTime"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
  }

  @Test
  void ignoredManifestKeysAreReported() {
    server.put("cats", 1, "batch_sise=3\n");

    assertThat(describe("/models/cats").toString()).contains("\"remarks\":[", "batch_sise");
  }

  @Test
  void aFailedVersionIsListedWithItsReasonNextToTheServingOne() {
    server.loader().fail("cats", 2, "its graph is damaged");
    server.put("cats", 1).put("cats", 2);

    List<JsonObject> versions = objects(describe("/models/cats"));

    assertThat(versions)
        .extracting(version -> version.getJsonArray("models").getJsonObject(0))
        .extracting(
            model -> model.getString("status"),
            model -> model.getString("state"),
            model -> model.getString("reason"))
        .containsExactly(
            tuple("Healthy", "AVAILABLE", null), tuple("FAILED", "END", "its graph is damaged"));
    String load = "/v2/repository/models/cats/load";
    assertThat(server.send("POST", load).body())
        .isEqualTo("{\"error\":\"failed to load 'cats', cats/2: its graph is damaged\"}");
  }

  @Test
  void loadRetriesAFailedVersion() {
    server.loader().fail("cats", 1, "no memory");
    server.put("cats", 1);
    server.loader().succeed("cats", 1);

    assertThat(server.send("POST", "/v2/repository/models/cats/load").statusCode()).isEqualTo(200);
    assertThat(describe("/models/cats/1").toString()).contains("\"AVAILABLE\"");
  }

  @Test
  void aVersionCanBeDescribedByItsLabel() throws Exception {
    Files.createDirectories(store.resolve("cats"));
    Files.writeString(store.resolve("cats").resolve("serving.properties"), "labels=stable:1\n");
    server.put("cats", 1).put("cats", 2);
    // The manifest next to the versions must become stable too.
    Awaitility.await().until(() -> server.send("GET", "/models/cats/stable").statusCode() == 200);

    assertThat(objects(describe("/models/cats/stable")))
        .extracting(version -> version.getString("version"))
        .containsExactly("1");
    assertThat(describe("/models/cats/1").toString()).contains("\"aliases\":[\"stable\"]");
  }

  @Test
  void anUnusableStoreEntryIsListedUnderItsName() throws Exception {
    FakeRegistrar.write(store.resolve("cats").resolve("1"), true, "");
    Files.writeString(store.resolve("dogs.zip"), "no archive");
    Awaitility.await().untilAsserted(this::assertCatsAndDogsAreListedAsFailed);
  }

  private void assertCatsAndDogsAreListedAsFailed() {
    JsonObject page = new JsonObject(server.send("GET", "/models").body());
    assertThat(objects(page.getJsonArray("models")))
        .allSatisfy(row -> assertThat(row.getString("status")).isEqualTo("FAILED"))
        .allSatisfy(row -> assertThat(row.getString("reason")).isNotBlank())
        .extracting(row -> row.getString("modelName"))
        .containsExactly("cats", "dogs");
  }

  @Test
  void scalingUnderLoadLosesNothing() throws Exception {
    server.put("cats", 1);
    ServedModel cats = server.registry().find("cats", VersionChoice.newest()).orElseThrow();
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    List<CompletableFuture<BatchOutput<ModelOutput>>> accepted = new ArrayList<>();
    for (int workers : List.of(4, 1, 8, 2, 1)) {
      for (int i = 0; i < 10; i++) {
        accepted.add(cats.submit(cats.prepare(SEVEN), deadline));
      }
      assertThat(server.send("PUT", "/models/cats?max_worker=" + workers).statusCode())
          .isEqualTo(200);
      assertThat(cats.workers()).isEqualTo(workers);
    }

    assertThat(accepted)
        .hasSize(50)
        .allSatisfy(job -> assertThat(job).succeedsWithin(Duration.ofSeconds(20)));
  }
}
