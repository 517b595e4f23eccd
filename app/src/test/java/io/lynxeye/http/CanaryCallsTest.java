package io.lynxeye.http;

import static io.lynxeye.grpc.GrpcClient.images;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.manifest.ModelSettings;
import io.lynxeye.serving.model.StoredModel;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version answers: the address, the header, or the share of a canary; the answer says it. */
class CanaryCallsTest {

  private static final String VERSION = "x-model-version";

  @TempDir private Path folder;
  @AutoClose private TestServer server;
  @AutoClose private GrpcClient client;

  @BeforeEach
  void start() {
    server = TestServer.listening(TestServer.Settings.DEFAULT.withState(folder));
    client = new GrpcClient(server.listenGrpc());
    Map<String, String> settings =
        Map.of(
            "rollout", "canary",
            "rollout.share", "0.5",
            "rollout.by", "x-user-id",
            "rollout.min_agreement", "0.1",
            "labels", "stable:1,candidate:2");
    FakeLoader loader = server.loader();
    server
        .serve(
            new StoredModel(
                "new",
                ModelSettings.of(settings),
                List.of(FakeLoader.source("new", 1), FakeLoader.source("new", 2))))
        .join();
    assertThat(loader.model("new", 2).isClosed()).isFalse();
  }

  private HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request = server.request(path).POST(BodyPublishers.ofString(body));
    return server.send(headers.length == 0 ? request : request.headers(headers));
  }

  private static String version(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.headers().firstValue(VERSION).orElse("none");
  }

  private String versionFor(String user) {
    return version(post("/predictions/new", "3", "x-user-id", user));
  }

  /** Of 40 users, all on one side would come once in 2^39 times. */
  @Test
  void aUserStaysWithItsVersionInEveryProtocol() {
    List<String> first = versions();

    assertThat(first).contains("1", "2");
    assertThat(versions()).isEqualTo(first);
    for (int user = 0; user < 10; user++) {
      String body = "{\"instances\":[{\"b64\":\"Mw==\"}]}";
      String[] header = {"x-user-id", "user " + user};
      assertThat(version(post("/v1/models/new:predict", body, header))).isEqualTo(first.get(user));
      assertThat(version(post("/models/new/invoke", "3", header))).isEqualTo(first.get(user));
      assertThat(overGrpc("user " + user)).isEqualTo(first.get(user));
    }
  }

  private List<String> versions() {
    return IntStream.range(0, 40).mapToObj(user -> versionFor("user " + user)).toList();
  }

  private String overGrpc(String user) {
    String version = infer("x-user-id", user);
    assertThat(client.trailer(VERSION)).isEqualTo(version);
    return version;
  }

  private String infer(String name, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    ModelInferRequest request = images("3").toBuilder().setModelName("new").build();
    return client
        .blocking()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .modelInfer(request)
        .getModelVersion();
  }

  @Test
  void theHeaderChoosesByNumberAndByLabel() {
    for (String choice : List.of("2", "candidate")) {
      assertThat(version(post("/predictions/new", "3", VERSION, choice))).isEqualTo("2");
      assertThat(infer(VERSION, choice)).isEqualTo("2");
    }
    assertThat(version(post("/predictions/new", "3", VERSION, "stable"))).isEqualTo("1");
    assertThat(version(post("/predictions/new/1", "3", VERSION, "1"))).isEqualTo("1");
  }

  @Test
  void aVersionThatIsNotThereIsRefused() {
    HttpResponse<String> response = post("/predictions/new", "3", VERSION, "9");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("version 9");
  }

  @Test
  void aHeaderThatContradictsTheAddressIsRefused() {
    HttpResponse<String> response = post("/predictions/new/1", "3", VERSION, "2");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("the request names version 1, and its header x-model-version version 2");
    assertThat(post("/predictions/new", "3", VERSION, "?").body())
        .contains("the header x-model-version is neither a version number nor a label");
    StatusRuntimeException refusal =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class, () -> infer(VERSION, "two words"));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void whatTheCanaryCannotDoTheServingVersionDoes() {
    String user =
        IntStream.range(0, 40)
            .mapToObj(i -> "user " + i)
            .filter(one -> versionFor(one).equals("2"))
            .findFirst()
            .orElseThrow();
    server.loader().model("new", 2).mistakes(text -> "crash");

    HttpResponse<String> response = post("/predictions/new", "3", "x-user-id", user);

    assertThat(version(response)).isEqualTo("1");
    assertThat(response.body()).contains("label 3");
    assertThat(post("/predictions/new/2", "3").statusCode()).isEqualTo(500);
  }

  @Test
  void anUnnamedVersionIsNamedWithoutARolloutToo() {
    assertThat(version(post("/score", "3"))).isEqualTo("1");
    assertThat(new JsonObject(server.get("/v2/models/new/versions/2").body()).getString("name"))
        .isEqualTo("new");
  }
}
