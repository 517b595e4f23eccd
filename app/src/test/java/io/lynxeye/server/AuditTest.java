package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.grpc.GrpcClient;
import io.lynxeye.protocols.inference.RepositoryModelLoadRequest;
import io.lynxeye.security.AuditEntry;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Caller;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Role;
import io.lynxeye.security.TestCallers;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every management call is recorded: who, what, result; and no secret. */
class AuditTest {

  private static final String SCORE = "a-key-of-clients";
  private static final String ADMIN = "a-key-of-the-administrator";

  @TempDir private Path folder;
  private final List<AuditEntry> entries = new CopyOnWriteArrayList<>();

  private Protection protection() {
    Optional<Authenticator> known =
        Optional.of(TestCallers.key(SCORE).or(TestCallers.key("admin", Role.ADMIN, ADMIN)));
    return new Protection(
            SecurityConfig.DEFAULT, known, known, new FilePoller(Duration.ofSeconds(1)))
        .with(entries::add);
  }

  private AuditEntry only() {
    Awaitility.await().until(() -> !entries.isEmpty());
    assertThat(entries).hasSize(1);
    assertThat(entries.get(0).toString()).doesNotContain(SCORE, ADMIN, "secret", "wrong-key");
    return entries.remove(0);
  }

  private static void assertIs(
      AuditEntry entry, String key, String action, int status, String result) {
    assertThat(entry.caller().map(Caller::name).orElse("")).isEqualTo(key);
    assertThat(entry.action()).isEqualTo(action);
    assertThat(entry.status()).isEqualTo(status);
    assertThat(entry.result()).isEqualTo(result);
    assertThat(entry.from()).isEqualTo("127.0.0.1");
  }

  @Test
  void callsOfTheManagementPortAreRecorded() {
    try (TestManagement server = new TestManagement(folder, "127.0.0.1", protection())) {
      server.put("m", 1);

      call(server, "GET", "/models", "wrong-key", "");
      assertIs(only(), "", "GET /models", 401, "refused");
      call(server, "DELETE", "/models/m", SCORE, "");
      assertIs(only(), "primary", "DELETE /models/m", 403, "refused");
      call(server, "GET", "/models/none", ADMIN, "");
      assertIs(only(), "admin", "GET /models/none", 404, "failed");
      call(server, "PUT", "/models/m?max_worker=2&token=secret", ADMIN, "");
      AuditEntry scaled = only();
      assertIs(scaled, "admin", "PUT /models/m", 200, "done");
      assertThat(scaled.parameters()).isEqualTo(Map.of("max_worker", "2"));
      call(server, "POST", "/v2/repository/models/m/unload", ADMIN, "{}");
      assertIs(only(), "admin", "POST /v2/repository/models/m/unload", 200, "done");
      call(server, "GET", "/metrics", SCORE, "");
      assertIs(only(), "primary", "GET /metrics", 403, "refused");
      call(server, "GET", "/metrics", ADMIN, ""); // Monitoring would fill the log.
      call(server, "DELETE", "/models/m", ADMIN, "");
      assertIs(only(), "admin", "DELETE /models/m", 200, "done");
    }
  }

  @Test
  void anAddressIsRecordedWithoutItsSecrets() {
    try (TestManagement server = new TestManagement(folder, "127.0.0.1", protection())) {
      String url = "https%3A%2F%2Fme%3Asecret%40x.example%2Fcats.zip%3Fsig%3Dsecret";
      call(server, "POST", "/models?synchronous=false&url=" + url, ADMIN, "");

      AuditEntry entry = only();

      assertIs(entry, "admin", "POST /models", 202, "accepted");
      assertThat(entry.parameters())
          .isEqualTo(Map.of("synchronous", "false", "url", "https://x.example/cats.zip"));

      var json =
          server
              .request(
                  "POST", "/models", "{\"url\": \"//u:secret@x/a.zip#secret\", \"x\": \"secret\"}")
              .header("Content-Type", "application/json")
              .header("x-api-key", ADMIN);
      server.send(json);
      assertThat(only().parameters()).isEqualTo(Map.of("url", "//x/a.zip"));
    }
  }

  private static void call(
      TestManagement server, String method, String path, String key, String body) {
    server.send(server.request(method, path, body).header("Authorization", "Bearer " + key));
  }

  @Test
  void attemptsOnTheScoringPortsAreRecorded() {
    try (TestServer server = TestServer.ready(protection());
        GrpcClient client = new GrpcClient(server.listenGrpc())) {
      String load = "/v2/repository/models/fake/load";
      server.send(
          server.request(load).POST(BodyPublishers.ofString("{}")).header("x-api-key", SCORE));
      AuditEntry http = only();
      assertIs(http, "primary", "POST " + load, 403, "refused");
      assertThat(http.port()).isEqualTo("http");
      server.post(load, "{}");
      assertIs(only(), "", "POST " + load, 401, "refused");
      server.send(
          server.request("/score").POST(BodyPublishers.ofString("7")).header("x-api-key", SCORE));

      load(client, SCORE);
      AuditEntry grpc = only();
      assertIs(
          grpc, "primary", "inference.GRPCInferenceService/RepositoryModelLoad", 403, "refused");
      assertThat(grpc.port()).isEqualTo("grpc");
      load(client, "wrong-key");
      assertThat(only().status()).isEqualTo(401);
    }
  }

  private static void load(GrpcClient client, String key) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER), key);
    var caller =
        client.blocking().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    assertThat(
            catchThrowableOfType(
                StatusRuntimeException.class,
                () -> caller.repositoryModelLoad(RepositoryModelLoadRequest.getDefaultInstance())))
        .isNotNull();
  }
}
