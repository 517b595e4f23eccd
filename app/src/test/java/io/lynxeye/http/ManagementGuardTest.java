package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestManagement;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Web pages in a browser on the operator's machine cannot use the management port. */
class ManagementGuardTest {

  @TempDir private Path store;

  private static RawConnection.Answer post(TestManagement server, String headers)
      throws IOException {
    try (RawConnection connection = new RawConnection(server.port())) {
      String request = "POST /v2/repository/index HTTP/1.1\n" + headers + "Content-Length: 0\n\n";
      return connection.write(request).read();
    }
  }

  @ParameterizedTest(name = "Host {0} with Origin {1} is answered {2}")
  @CsvSource({
    "127.0.0.1:8081,       none,                        200",
    "localhost:8081,       none,                        200",
    "LOCALHOST,            none,                        200",
    "[::1]:8081,           none,                        200",
    "127.0.0.1:8081,       http://127.0.0.1:8081,       200",
    "localhost:8081,       http://LOCALHOST:8081,       200",
    "127.0.0.1:8081,       http://evil.example,         403",
    "127.0.0.1:8081,       http://127.0.0.1:9999,       403",
    "127.0.0.1:8081,       http://localhost:8081,       403",
    "127.0.0.1:8081,       null,                        403",
    "127.0.0.1:8081,       'http://127.0.0.1:8081 x',   403",
    "rebound.example:8081, none,                        403",
    "rebound.example:8081, http://rebound.example:8081, 403",
    "127.0.0.1.nip.io,     none,                        403",
    "localhost.evil.example, none,                      403",
    "10.0.0.7:8081,        none,                        403",
  })
  void onTheLoopback(String host, String origin, int status) throws IOException {
    try (TestManagement server = new TestManagement(store)) {
      String headers =
          "Host: " + host + "\n" + (origin.equals("none") ? "" : "Origin: " + origin + "\n");

      RawConnection.Answer answer = post(server, headers);

      assertThat(answer.status()).isEqualTo(status);
      if (status == 403) {
        assertThat(answer.body()).startsWith("{\"error\":").containsAnyOf("curl", "localhost");
        assertThat(answer.header("x-request-id")).isNotNull();
      }
    }
  }

  @ParameterizedTest(name = "Host {0} with Origin {1} is answered {2}")
  @CsvSource({
    "models.example:8081, none,                       200",
    "models.example:8081, http://models.example:8081, 200",
    "models.example:8081, http://evil.example,        403",
  })
  void theHostIsNotCheckedOnAPublicAddress(String host, String origin, int status)
      throws IOException {
    try (TestManagement server = new TestManagement(store, "0.0.0.0")) {
      String headers =
          "Host: " + host + "\n" + (origin.equals("none") ? "" : "Origin: " + origin + "\n");

      assertThat(post(server, headers).status()).isEqualTo(status);
    }
  }

  @ParameterizedTest(name = "listening on {0}, Host {1} is answered {2}")
  @CsvSource({
    "127.0.1.1,       127.0.1.1:8081,         200",
    "127.0.1.1,       localhost:8081,         200",
    "127.0.1.1,       127.0.0.2:8081,         403",
    "0:0:0:0:0:0:0:1, [0:0:0:0:0:0:0:1]:8081, 200",
    "LocalHost,       localhost:8081,         200",
    "127.0.1.1,       rebound.example:8081,   403",
  })
  void everyLoopbackAddressIsAcceptedAsHost(String boundTo, String host, int status)
      throws IOException {
    try (TestManagement server = new TestManagement(store, boundTo)) {
      assertThat(post(server, "Host: " + host + "\n").status()).isEqualTo(status);
    }
  }

  @Test
  void aRefusedRequestChangesNothing() throws IOException {
    try (TestManagement server = new TestManagement(store).put("cats", 1);
        RawConnection connection = new RawConnection(server.port())) {
      connection.write("DELETE /models/cats HTTP/1.1\nHost: localhost\nOrigin: http://e\n\n");

      assertThat(connection.read().status()).isEqualTo(403);
      assertThat(server.send("GET", "/models/cats").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aLargeBodyIsRefused() {
    try (TestManagement server = new TestManagement(store)) {
      String large = "{\"x\":\"" + "y".repeat(70_000) + "\"}";

      assertThat(server.send(server.request("POST", "/models", large)).statusCode()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/models", "/models/fake", "/metrics"})
  void theMainPortHasNoManagementRoutes(String path) {
    try (TestServer server = TestServer.ready()) {
      assertThat(server.get(path).statusCode()).isEqualTo(404);
      assertThat(server.post(path, "{}").statusCode()).isEqualTo(404);
    }
  }

  /** The scoring port has the index, which changes nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"load", "unload"})
  void theMainPortDoesNotLoadOrUnload(String action) {
    try (TestServer server = TestServer.ready()) {
      String path = "/v2/repository/models/fake/" + action;

      assertThat(server.post(path, "{}").statusCode()).isEqualTo(403);
      assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
    }
  }
}
