package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.protocols.inference.ModelMetadataRequest;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.serving.model.StoredModel;
import io.lynxeye.serving.model.VersionNumber;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions are found by their number and shown as their folder is written, in every protocol. */
class WrittenVersionsTest {

  private static final String SEVEN =
      "{\"inputs\": [{\"name\": \"image_bytes\", \"shape\": [1], \"datatype\": \"BYTES\","
          + " \"data\": [\"Nw==\"]}]}";

  @AutoClose private final TestServer server = TestServer.listening(TestServer.Settings.DEFAULT);

  @BeforeEach
  void serve() {
    ModelSettings settings = ModelSettings.of(Map.of("versions", "all", "labels", "stable:0123"));
    List<ModelSource> sources = List.of(source("00000123"), source("20240131120000"), source("0"));
    server.server().reconcile(List.of(new StoredModel("fake", settings, sources))).join();
  }

  private static ModelSource source(String version) {
    ModelSource plain = FakeLoader.source("fake", 1);
    ModelId id = new ModelId("fake", VersionNumber.parse(version));
    return new ModelSource(id, plain.files(), plain.manifest());
  }

  private static JsonObject json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private JsonObject get(String path) {
    return json(server.get(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"123", "00000123", "0123"})
  void anySpellingFindsTheVersion(String version) throws Exception {
    assertThat(server.post("/predictions/fake/" + version, "7").statusCode()).isEqualTo(200);
    assertThat(server.post("/invocations?model_version=" + version, "7").statusCode())
        .isEqualTo(200);

    String tensorFlow = "/v1/models/fake/versions/" + version;
    String instances = "{\"instances\": [{\"b64\": \"Nw==\"}]}";
    json(server.post(tensorFlow + ":predict", instances));
    assertThat(get(tensorFlow).getJsonArray("model_version_status"))
        .extracting(row -> ((JsonObject) row).getString("version"))
        .containsExactly("00000123");
    assertThat(get(tensorFlow + "/metadata").getJsonObject("model_spec").getString("version"))
        .isEqualTo("00000123");

    String inference = "/v2/models/fake/versions/" + version;
    assertThat(server.get(inference + "/ready").statusCode()).isEqualTo(200);
    assertThat(json(server.post(inference + "/infer", SEVEN)).getString("model_version"))
        .isEqualTo("00000123");

    try (GrpcClient client = new GrpcClient(server.listenGrpc())) {
      var request = GrpcClient.images("7").toBuilder().setModelVersion(version).build();
      assertThat(client.infer(request).getModelVersion()).isEqualTo("00000123");
    }
  }

  @Test
  void theNewestVersionHasTheLargestNumber() {
    assertThat(json(server.post("/score", "7")).getString("version")).isEqualTo("20240131120000");
    assertThat(
            get("/v1/models/fake/labels/stable/metadata")
                .getJsonObject("model_spec")
                .getString("version"))
        .isEqualTo("00000123");
  }

  @Test
  void listsShowVersionsAsWritten() {
    assertThat(get("/v1/models/fake").getJsonArray("model_version_status"))
        .extracting(row -> ((JsonObject) row).getString("version"))
        .containsExactly("20240131120000", "00000123", "0");
    assertThat(get("/v2/models/fake").getJsonArray("versions"))
        .isEqualTo(JsonArray.of("0", "00000123", "20240131120000"));
    assertThat(get("/stats").getJsonArray("models"))
        .extracting(row -> ((JsonObject) row).getString("version"))
        .containsExactly("0", "00000123", "20240131120000");
    try (GrpcClient client = new GrpcClient(server.listenGrpc())) {
      var request = ModelMetadataRequest.newBuilder().setName("fake").setVersion("0").build();
      assertThat(client.blocking().modelMetadata(request).getVersionsList())
          .containsExactly("0", "00000123", "20240131120000");
    }
  }

  @Test
  void metricsShowVersionsAsWritten() {
    assertThat(server.post("/predictions/fake/123", "7").statusCode()).isEqualTo(200);

    URI metrics = URI.create("http://127.0.0.1:" + server.open(Kind.METRICS) + "/metrics");
    Awaitility.await()
        .untilAsserted( // A client can have its response before its request ends.
            () ->
                assertThat(server.send(HttpRequest.newBuilder(metrics)).body())
                    .containsPattern("lynxeye_requests_total.*version=\"00000123\"")
                    .containsPattern("lynxeye_model_state.*version=\"00000123\"")
                    .doesNotContain("version=\"123\""));
  }
}
