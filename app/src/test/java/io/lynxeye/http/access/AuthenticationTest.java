package io.lynxeye.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.keys.ApiKeys;
import io.lynxeye.security.keys.KeyHash;
import io.lynxeye.security.keys.SecretKey;
import io.lynxeye.server.RawConnection;
import io.lynxeye.server.RawConnection.Answer;
import io.lynxeye.server.TestManagement;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With keys, no route that scores or reveals models can be used without one. */
class AuthenticationTest {

  private static final String PRIMARY = KeyHash.generateKey();
  private static final String SECONDARY = KeyHash.generateKey();
  private static final String ADMIN = KeyHash.generateKey();

  @AutoClose private static final TestServer server = TestServer.ready(protection());

  @TempDir private Path store;

  private static Protection protection() {
    try {
      Optional<Authenticator> keys =
          Optional.of(
              new ApiKeys(
                  List.of(
                      SecretKey.of("primary", "1", PRIMARY),
                      SecretKey.of("secondary", "2", SECONDARY),
                      SecretKey.of("admin", "3", ADMIN))));
      return new Protection(
          SecurityConfig.DEFAULT, keys, keys, new FilePoller(Duration.ofSeconds(1)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> post(String path, String... headers) {
    return server.send(
        headers.length == 0
            ? server.request(path).POST(BodyPublishers.ofString("7"))
            : server.request(path).POST(BodyPublishers.ofString("7")).headers(headers));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/score", "/predictions/fake", "/predictions/fake/1"})
  void eitherKeyIsAcceptedInEitherHeader(String path) {
    assertThat(post(path, "Authorization", "Bearer " + PRIMARY).statusCode()).isEqualTo(200);
    assertThat(post(path, "Authorization", "bearer  " + SECONDARY).statusCode()).isEqualTo(200);
    assertThat(post(path, "x-api-key", PRIMARY).statusCode()).isEqualTo(200);
    assertThat(post(path, "X-API-Key", SECONDARY).statusCode()).isEqualTo(200);
    assertThat(post(path, "Authorization", "Basic eDp5", "x-api-key", PRIMARY).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/score,             message",
    "/predictions/fake,  code",
    "/nowhere,           code",
    "/predictions/a/b/c, code",
  })
  void everyInvalidKeyGetsTheSameResponse(String path, String key) {
    Set<String> answers = new HashSet<>();
    List<HttpResponse<String>> refused =
        List.of(
            post(path),
            post(path, "Authorization", "Bearer " + KeyHash.generateKey()),
            post(path, "Authorization", "Bearer " + PRIMARY.substring(1)),
            post(path, "Authorization", PRIMARY),
            post(path, "Authorization", "Basic " + PRIMARY),
            post(path, "Authorization", "Bearer "),
            post(path, "Authorization", "Bearer"),
            post(path, "x-api-key", ""),
            post(path, "x-api-key", "Bearer " + PRIMARY));
    for (HttpResponse<String> answer : refused) {
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().allValues("WWW-Authenticate"))
          .containsExactly("Bearer realm=\"lynxeye\"");
      assertThat(new JsonObject(answer.body()).containsKey(key)).isTrue();
      Map<String, List<String>> headers = new HashMap<>(answer.headers().map());
      String id = headers.remove("x-request-id").get(0);
      headers.keySet().removeAll(Set.of("content-length", "traceparent", "server-timing"));
      answers.add(headers + answer.body().replace(id, "ID"));
    }
    assertThat(answers).hasSize(1);
    assertThat(answers.iterator().next()).contains("'x-api-key: KEY'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
  void noMethodBypassesAuthentication(String method) throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write(method + " /score HTTP/1.1\nHost: x\n\n");

      assertThat(connection.readHead().status()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/score/",
        "//score",
        "/./score",
        "/health/../score",
        "/%73core",
        "/score?x=/health/live",
        "/score#/ping",
        "/health/live/../../score",
        "/ping/../score",
        "/health/live;/score"
      })
  void noSpellingOfTheAddressBypassesAuthentication(String path) throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.post(path, "7");

      assertThat(connection.read().status()).isIn(401, 400);
    }
  }

  @Test
  void healthChecksNeedNoKey() {
    for (String path : List.of("/health/live", "/health/ready", "/", "/ping")) {
      assertThat(server.get(path).statusCode()).as(path).isEqualTo(200);
    }
  }

  @Test
  void theRefusalDoesNotWaitForTheBody() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write("POST /score HTTP/1.1\nHost: x\nContent-Length: 2000\n\n");
      assertThat(connection.read().status()).isEqualTo(401);
      assertThat(server.requestLimiter().requests()).isZero();
    }
    try (RawConnection asking = server.connect()) {
      asking.write("POST /score HTTP/1.1\nHost: x\nContent-Length: 2000\nExpect: 100-continue\n\n");
      assertThat(asking.read().status()).isEqualTo(401);
      assertThat(asking.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aThousandWrongKeysAreAllRefused() throws IOException {
    int before = server.model().prepared();
    try (RawConnection connection = server.connect()) {
      for (int i = 0; i < 1000; i++) {
        String key =
            i % 2 == 0
                ? KeyHash.generateKey()
                : PRIMARY.substring(0, i % 43) + KeyHash.generateKey();
        connection.write(
            "POST /score HTTP/1.1\nHost: x\nAuthorization: Bearer "
                + key
                + "\nContent-Length: 1\n\n7");
        assertThat(connection.read().status()).isEqualTo(401);
      }
    }
    assertThat(server.model().prepared()).isEqualTo(before);
    assertThat(post("/score", "x-api-key", PRIMARY).statusCode()).isEqualTo(200);
  }

  @Test
  void theManagementPortRequiresAKeyToo() throws IOException {
    try (TestManagement management = new TestManagement(store, "127.0.0.1", protection())) {
      for (String path : List.of("/models", "/models/m", "/metrics", "/nowhere")) {
        assertThat(management.send("GET", path).statusCode()).as(path).isEqualTo(401);
      }
      HttpResponse<String> refused = management.send("POST", "/v2/repository/index");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).startsWith("{\"error\":");
      assertThat(
              management
                  .send(
                      management
                          .request("GET", "/metrics", "")
                          .header("Authorization", "Bearer " + ADMIN))
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void theKeyIsCheckedBeforeAnythingElse() throws IOException {
    server.model().hold();
    try (RawConnection connection = server.connect()) {
      connection.write("POST /score HTTP/1.1\nHost: x\nContent-Length: 99999999\n\n");

      Answer answer = connection.read();

      assertThat(answer.status()).isEqualTo(401);
    } finally {
      server.model().release(1000);
    }
  }
}
