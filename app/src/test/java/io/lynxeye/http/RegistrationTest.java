package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.lynxeye.http.djl.DjlRegistration;
import io.lynxeye.server.TestManagement;
import io.lynxeye.serving.management.Registration;
import io.lynxeye.serving.model.ModelId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registrations, concurrent and failing ones too. */
class RegistrationTest {

  private static final String CATS = "/models?url=http://x/cats.zip";

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

  private JsonObject describe(String model) {
    return new JsonArray(server.send("GET", "/models/" + model).body())
        .getJsonObject(0)
        .getJsonArray("models")
        .getJsonObject(0);
  }

  private int status(String method, String path) {
    return server.send(method, path).statusCode();
  }

  @Test
  void ofTwoConcurrentRegistrationsOfOneNameOneIsRefused() {
    server.registrar().hold();
    List<CompletableFuture<HttpResponse<String>>> both =
        List.of(server.sendLater("POST", CATS), server.sendLater("POST", CATS));
    CompletableFuture.anyOf(both.get(0), both.get(1)).join();
    server.registrar().release();

    assertThat(both.stream().map(answer -> answer.join().statusCode()))
        .containsExactlyInAnyOrder(200, 409);
    assertThat(server.registrar().seen()).hasSize(1);
  }

  @Test
  void concurrentRegistrationsOfDifferentNamesAreAccepted() {
    assertThat(
            Stream.of("a", "b", "c", "d")
                .map(name -> server.sendLater("POST", "/models?url=http://x/" + name + ".zip"))
                .toList()
                .stream()
                .map(answer -> answer.join().statusCode()))
        .containsOnly(200);
  }

  @Test
  void whileItIsImportedItIsPendingAndCannotBeRemoved() {
    server.registrar().hold();

    assertThat(status("POST", CATS + "&synchronous=false")).isEqualTo(202);

    assertThat(describe("cats").getString("status")).isEqualTo("PENDING");
    assertThat(describe("cats").getString("place")).isEqualTo("http://x/cats.zip");
    assertThat(status("DELETE", "/models/cats")).isEqualTo(409);
    server.registrar().release();
    Awaitility.await().until(() -> describe("cats").getString("status").equals("Healthy"));
  }

  @Test
  void anImportThatFailsLaterIsListedUntilItIsRemovedOrRetried() {
    String missing = "/models?url=http://x/missing.zip&synchronous=false";
    assertThat(status("POST", missing)).isEqualTo(202);

    Awaitility.await().until(() -> describe("missing").getString("status").equals("FAILED"));
    assertThat(describe("missing").getString("reason")).startsWith("Invalid model url");
    assertThat(status("POST", missing)).isEqualTo(202);
    Awaitility.await().until(() -> status("DELETE", "/models/missing") == 200);
    assertThat(status("GET", "/models/missing")).isEqualTo(404);
    assertThat(status("DELETE", "/models/missing")).isEqualTo(404);
  }

  @Test
  void aLoadThatFailsLaterStaysListed() {
    server.loader().fail("cats", 1, "its graph is damaged");
    assertThat(status("POST", CATS + "&synchronous=false")).isEqualTo(202);

    Awaitility.await().until(() -> status("GET", "/models/cats") == 200);
    Awaitility.await().until(() -> describe("cats").getString("status").equals("FAILED"));
    assertThat(describe("cats").getString("reason")).isEqualTo("its graph is damaged");
    assertThat(status("POST", CATS)).isEqualTo(409);
    assertThat(status("DELETE", "/models/cats")).isEqualTo(200);
  }

  @Test
  void aFailedLoadOfANewVersionLeavesTheOldOneServing() {
    server.put("cats", 1);
    server.loader().fail("cats", 2, "its graph is damaged");

    HttpResponse<String> answer = server.send("POST", CATS + "&model_version=2");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("cats/2 cannot be served: its graph is damaged");
    assertThat(describe("cats").getString("status")).isEqualTo("Healthy");
    assertThat(status("GET", "/models/cats/2")).isEqualTo(404);
    assertThat(store.resolve("cats").resolve("2")).doesNotExist();
  }

  @Test
  void aModelRemovedWhileItLoadsIsUnloadedAgain() {
    server.holdLoads();
    CompletableFuture<HttpResponse<String>> registered = server.sendLater("POST", CATS);
    server.awaitLoad();
    CompletableFuture<HttpResponse<String>> removed = server.sendLater("DELETE", "/models/cats");
    Awaitility.await().until(() -> !store.resolve("cats").resolve("1").toFile().exists());
    server.releaseLoads();

    assertThat(removed.join().statusCode()).isEqualTo(200);
    assertThat(registered.join().statusCode()).isEqualTo(400);
    assertThat(registered.join().body()).contains("removed from the store before");
    assertThat(server.loader().model("cats", 1).isClosed()).isTrue();
    assertThat(status("GET", "/models/cats")).isEqualTo(404);
  }

  @Test
  void batchSettingsGoIntoTheManifestAndWorkersIntoTheSettings() {
    String more = "&batch_size=4&max_batch_delay=7&job_queue_size=9&engine=TensorFlow&max_worker=3";

    assertThat(status("POST", CATS + more)).isEqualTo(200);

    assertThat(describe("cats").getMap())
        .containsEntry("batchSize", 4)
        .containsEntry("maxBatchDelayMillis", 7)
        .containsEntry("queueSize", 9)
        .containsEntry("workers", 3);
    assertThat(server.registrar().seen().get(0).manifest()).containsEntry("engine", "TensorFlow");
  }

  @Test
  void aJsonBodyMeansTheSameAsAQuery() {
    String json =
        "{\"url\":\"http://x/cats.zip\",\"model_name\":\"lynx\",\"model_version\":3,"
            + "\"synchronous\":true,\"sha256\":\"ab\"}";

    HttpResponse<String> answer =
        server.send(
            server.request("POST", "/models", json).header("Content-Type", "application/json"));

    assertThat(answer.statusCode()).isEqualTo(200);
    Registration seen = server.registrar().seen().get(0);
    assertThat(seen.id()).isEqualTo(new ModelId("lynx", 3));
    assertThat(seen.sha256()).hasValue("ab");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "resnet50, resnet50",
    "http://x/y/mlp.tar.gz, mlp",
    "https://x/mlp.ZIP?key=1#2, mlp",
    "file:///models/my model/, my_model",
    "/models/cats.v2.tgz, cats_v2",
    "cats.mar, cats",
  })
  void theNameComesFromTheAddress(String url, String name) {
    assertThat(DjlRegistration.name(url)).isEqualTo(name);
  }

  /** Patterns would take hours, because their time grows with the square of the length. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "?\n", "?"})
  void theNameOfAHugeAddressIsFoundInNoTime(String part) {
    String url = "http://x/cats" + part.repeat(1_000_000) + "\ndogs";

    assertTimeoutPreemptively(
        Duration.ofMinutes(1), () -> assertThat(DjlRegistration.name(url)).isIn("_dogs", "cats"));
  }

  @Test
  void aRegisteredModelIsServedAfterARestart() {
    assertThat(status("POST", CATS + "&max_worker=2")).isEqualTo(200);
    server.close();

    server = new TestManagement(store);

    Awaitility.await().until(() -> status("GET", "/models/cats") == 200);
    Awaitility.await().until(() -> describe("cats").getString("status").equals("Healthy"));
    assertThat(describe("cats").getMap()).containsAllEntriesOf(Map.of("workers", 2));
  }
}
