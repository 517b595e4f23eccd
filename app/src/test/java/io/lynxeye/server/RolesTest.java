package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.ServerLiveRequest;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Role;
import io.lynxeye.security.TestCallers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that may score cannot manage: every management call, on every port. */
class RolesTest {

  private static final String SCORE = "a-key-of-clients";
  private static final String ADMIN = "a-key-of-the-administrator";
  private static final Authenticator CALLERS = TestCallers.key(SCORE);
  private static final Authenticator BOTH = CALLERS.or(TestCallers.key("admin", Role.ADMIN, ADMIN));

  /** What the document of the port has beside its operations. */
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

  /** What a key that may score can call; all others are refused. */
  private static final Set<String> FOR_CALLERS =
      Set.of(
          "ServerLive",
          "ServerReady",
          "ModelReady",
          "ServerMetadata",
          "ModelMetadata",
          "ModelInfer",
          "ModelStreamInfer",
          "ModelConfig",
          "ModelStatistics",
          "RepositoryIndex");

  @TempDir private static Path folder;
  private static TestManagement management;
  private static TestServer server;
  private static GrpcClient grpc;

  @BeforeAll
  static void start() throws IOException {
    management = new TestManagement(store("store"), "127.0.0.1", protection(BOTH));
    management.put("m", 1);
    server = TestServer.ready(protection(BOTH));
    grpc = new GrpcClient(server.listenGrpc());
  }

  @AfterAll
  static void stop() {
    grpc.close();
    server.close();
    management.close();
  }

  private static Path store(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private static Protection protection(Authenticator known) {
    Optional<Authenticator> all = Optional.of(known);
    return new Protection(SecurityConfig.DEFAULT, all, all, new FilePoller(Duration.ofSeconds(1)));
  }

  /** Every operation in the document of the management port. */
  static List<String> managementCalls() throws IOException {
    try (InputStream document = RolesTest.class.getResourceAsStream("/management-openapi.json")) {
      String text = new String(document.readAllBytes(), StandardCharsets.UTF_8);
      JsonObject paths = new JsonObject(text).getJsonObject("paths");
      List<String> calls = new ArrayList<>();
      for (String path : paths.fieldNames()) {
        for (String method : paths.getJsonObject(path).fieldNames()) {
          if (METHODS.contains(method)) {
            String filled =
                path.replace("{model}", "m")
                    .replace("{version}", "1")
                    .replace("{digest}", "0123456789ab");
            calls.add(method.toUpperCase(Locale.ROOT) + " " + filled);
          }
        }
      }
      assertThat(calls).hasSizeGreaterThanOrEqualTo(12);
      return calls;
    }
  }

  private static HttpResponse<String> manage(String call, String key) {
    String[] parts = call.split(" ", 2);
    return management.send(
        management.request(parts[0], parts[1], "").header("Authorization", "Bearer " + key));
  }

  @ParameterizedTest
  @MethodSource("managementCalls")
  void aScoreKeyIsRefusedOnTheManagementPort(String call) {
    HttpResponse<String> answer = manage(call, SCORE);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .contains("this key may score and not manage models; send an administrator's key");
    assertThat(manage(call, "no-key-of-this-server").statusCode()).isEqualTo(401);
    assertThat(management.registry().all()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HEAD /models", "OPTIONS /models", "GET /nowhere", "POST /models/m/invoke"})
  void aScoreKeyLearnsNothingOfTheManagementPort(String call) {
    assertThat(manage(call, SCORE).statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @MethodSource("managementCalls")
  void anAdministratorsKeyIsAdmitted(String call) throws IOException {
    Path store = store("store-of-" + call.replaceAll("\\W+", "-"));
    try (TestManagement own = new TestManagement(store, "127.0.0.1", protection(BOTH))) {
      own.put("m", 1);
      String[] parts = call.split(" ", 2);
      var request = own.request(parts[0], parts[1], "").header("x-api-key", ADMIN);

      HttpResponse<String> answer = own.send(request);

      assertThat(answer.statusCode()).isNotIn(401, 403, 405);
      assertThat(answer.body()).doesNotContain("there is nothing at this address");
    }
  }

  @Test
  void withoutAnAdministratorsKeyTheRefusalSaysHowToMakeOne() throws IOException {
    try (TestManagement own = new TestManagement(store("none"), "127.0.0.1", protection(CALLERS))) {
      HttpResponse<String> answer =
          own.send(own.request("GET", "/models", "").header("x-api-key", SCORE));

      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body())
          .contains("and no key may", "lynxeye keys generate --admin", "LYNXEYE_ADMIN_KEY");
    }
  }

  private static int post(String path, String key) {
    return server
        .send(
            server
                .request(path)
                .POST(BodyPublishers.ofString("{}"))
                .header("Authorization", "Bearer " + key))
        .statusCode();
  }

  @Test
  void anAdministratorsKeyMayScoreToo() {
    assertThat(post("/score?topK=1", SCORE)).isEqualTo(post("/score?topK=1", ADMIN));
    assertThat(post("/score?topK=1", "no-key-of-this-server")).isEqualTo(401);
  }

  /** Triton's calls that change something, and the status for a key that may do everything. */
  @ParameterizedTest
  @CsvSource({
    "/v2/repository/models/fake/load, 403",
    "/v2/repository/models/fake/unload, 403",
    "/v2/repository/here/models/fake/load, 403",
    "/v2/logging, 400",
    "/v2/trace/setting, 400",
    "/v2/models/fake/trace/setting, 400",
  })
  void aScoreKeyChangesNothingOnTheScoringPort(String path, int administrators) {
    assertThat(post(path, SCORE)).isEqualTo(403);
    assertThat(post(path, ADMIN)).isEqualTo(administrators);
    assertThat(post(path, "no-key-of-this-server")).isEqualTo(401);
  }

  /** DJL Serving's management is on its own port. */
  @ParameterizedTest
  @ValueSource(strings = {"/models", "/models?url=x", "/models/fake", "/models/fake/1"})
  void djlsManagementIsNotOnTheScoringPort(String path) {
    for (String method : List.of("POST", "PUT", "DELETE")) {
      for (String key : List.of(SCORE, ADMIN)) {
        var request = server.request(path).method(method, BodyPublishers.noBody());
        assertThat(server.send(request.header("x-api-key", key)).statusCode()).isIn(404, 405);
      }
    }
  }

  static Stream<String> grpcManagementCalls() {
    return Stream.concat(
            GRPCInferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getBareMethodName)
                .filter(name -> !FOR_CALLERS.contains(name)),
            Stream.of("TraceSetting", "LogSettings"))
        .distinct();
  }

  private static Status call(String method, String key) {
    var empty = GRPCInferenceServiceGrpc.getServerLiveMethod(); // Any empty message.
    var descriptor =
        empty.toBuilder()
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    GRPCInferenceServiceGrpc.SERVICE_NAME, method))
            .build();
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), key);
    var channel =
        ClientInterceptors.intercept(
            grpc.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    return catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(
                    channel,
                    descriptor,
                    CallOptions.DEFAULT,
                    ServerLiveRequest.getDefaultInstance()))
        .getStatus();
  }

  @ParameterizedTest
  @MethodSource("grpcManagementCalls")
  void aScoreKeyIsRefusedOverGrpc(String method) {
    Status status = call(method, SCORE);

    assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).contains("this key may score and not manage models");
    assertThat(call(method, "no-key").getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @ParameterizedTest
  @CsvSource({
    "RepositoryModelLoad, PERMISSION_DENIED, on the management port only",
    "RepositoryModelUnload, PERMISSION_DENIED, on the management port only",
    "TraceSetting, UNIMPLEMENTED, --otlp-endpoint",
    "LogSettings, UNIMPLEMENTED, --log-format",
  })
  void anAdministratorLearnsOverGrpcWhatToDoInstead(
      String method, Status.Code code, String message) {
    Status status = call(method, ADMIN);

    assertThat(status.getCode()).isEqualTo(code);
    assertThat(status.getDescription()).contains(message);
  }
}
