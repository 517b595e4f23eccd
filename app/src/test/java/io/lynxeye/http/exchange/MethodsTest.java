package io.lynxeye.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of address with every kind of method. */
class MethodsTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  @ParameterizedTest(name = "{0} {1} is answered {2}, Allow: {3}")
  @CsvSource(
      textBlock =
          """
          GET,     /score,                405, POST,      text/plain
          PUT,     /score,                405, POST,      text/plain
          DELETE,  /score,                405, POST,      text/plain
          PATCH,   /score,                405, POST,      text/plain
          TRACE,   /score,                405, POST,      text/plain
          BREW,    /score,                405, POST,      text/plain
          OPTIONS, /score,                204, POST,
          POST,    /score,                200, ,          application/json

          GET,     /predictions/fake,     405, POST,      application/json
          PUT,     /predictions/fake,     405, POST,      application/json
          DELETE,  /predictions/fake,     405, POST,      application/json
          PATCH,   /predictions/fake,     405, POST,      application/json
          BREW,    /predictions/fake,     405, POST,      application/json
          OPTIONS, /predictions/fake,     204, POST,
          POST,    /predictions/fake,     200, ,          application/json
          GET,     /predictions/fake/1,   405, POST,      application/json
          OPTIONS, /predictions/fake/1,   204, POST,
          POST,    /predictions/fake/1,   200, ,          application/json
          GET,     /predictions/nothing,  405, POST,      application/json

          GET,     /,                     200, ,          text/plain
          POST,    /,                     405, 'GET, HEAD', application/json
          DELETE,  /,                     405, 'GET, HEAD', application/json
          OPTIONS, /,                     204, 'GET, HEAD',
          GET,     /health/live,          200, ,          text/plain
          POST,    /health/live,          405, 'GET, HEAD', application/json
          GET,     /health/ready,         200, ,          text/plain
          PUT,     /health/ready,         405, 'GET, HEAD', application/json
          GET,     /ping,                 200, ,          application/json
          POST,    /ping,                 405, 'GET, HEAD', application/json

          GET,     /nowhere,              404, ,          application/json
          POST,    /nowhere,              404, ,          application/json
          OPTIONS, /nowhere,              404, ,          application/json
          """)
  void table(String method, String path, int status, String allow, String type) {
    HttpResponse<String> answer =
        server.send(server.request(path).method(method, BodyPublishers.ofString("7")));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Allow").orElse(null)).isEqualTo(allow);
    assertThat(answer.headers().firstValue("Content-Type").orElse(null)).isEqualTo(type);
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    if (status == 405) {
      assertThat(message(answer)).isEqualTo(method + " is not supported");
    }
  }

  private static String message(HttpResponse<String> answer) {
    if (answer.uri().getPath().equals("/score")) {
      return answer.body();
    }
    JsonObject error = new JsonObject(answer.body());
    assertThat(error.getInteger("code")).isEqualTo(405);
    assertThat(error.getString("type")).isEqualTo("MethodNotAllowedException");
    return error.getString("message");
  }

  @ParameterizedTest(name = "HEAD {0} is answered {1}")
  @CsvSource({
    "/, 200",
    "/ping, 200",
    "/health/live, 200",
    "/health/ready, 200",
    "/score, 405",
    "/predictions/fake, 405",
    "/nowhere, 404",
  })
  void aResponseToHeadHasNoBody(String path, int status) throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write("HEAD " + path + " HTTP/1.1\nHost: x\n\n");
      RawConnection.Answer answer = connection.readHead();
      connection.post("/score", "7"); // The client would take a body for the next response.

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.header("Content-Length")).isNotEqualTo("0");
      assertThat(answer.header("Transfer-Encoding")).isNull();
      assertThat(connection.read().status()).isEqualTo(200);
    }
  }
}
