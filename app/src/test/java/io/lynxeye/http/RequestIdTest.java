package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request ids, by which both sides find a request in their logs. */
class RequestIdTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  private static HttpRequest.Builder score(String body) {
    return server.request("/score").POST(BodyPublishers.ofString(body));
  }

  private static String id(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-request-id").orElseThrow();
  }

  @Test
  void aRequestWithoutAnIdGetsANewOne() {
    String first = id(server.send(score("7")));
    String second = id(server.send(score("7")));

    assertThat(UUID.fromString(first)).isNotEqualTo(UUID.fromString(second));
  }

  @ParameterizedTest(name = "{0} {1} answered {2}")
  @CsvSource({
    "POST, /score, 200, 7",
    "POST, /score, 400, bad",
    "POST, /score, 500, crash",
    "POST, /predictions/fake, 500, crash",
    "POST, /predictions/none, 404, 7",
    "GET, /score, 405, ''",
    "OPTIONS, /score, 204, ''",
    "GET, /nowhere, 404, ''",
    "GET, /, 200, ''",
    "GET, /ping, 200, ''",
    "DELETE, /ping, 405, ''",
  })
  void theCallersIdIsInEveryResponse(String method, String path, int status, String body) {
    HttpResponse<String> answer =
        server.send(
            server
                .request(path)
                .header("x-request-id", "my-id")
                .method(method, BodyPublishers.ofString(body)));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(id(answer)).isEqualTo("my-id");
  }

  @Test
  void azuresIdsAreEchoedToo() {
    HttpResponse<String> answer =
        server.send(
            score("7").header("x-ms-client-request-id", "one").header("x-ms-request-id", "two"));

    assertThat(answer.headers().firstValue("x-ms-client-request-id")).hasValue("one");
    assertThat(answer.headers().firstValue("x-ms-request-id")).hasValue("two");
    assertThat(server.send(score("7")).headers().map())
        .doesNotContainKeys("x-ms-client-request-id", "x-ms-request-id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-request-id", "x-ms-client-request-id", "x-ms-request-id"})
  void anIdOf100CharactersIsAcceptedAndALongerOneRefused(String header) {
    String longest = "i".repeat(100);

    HttpResponse<String> taken = server.send(score("7").header(header, longest));
    HttpResponse<String> refused = server.send(score("7").header(header, longest + "i"));

    assertThat(taken.statusCode()).isEqualTo(200);
    assertThat(taken.headers().firstValue(header)).hasValue(longest);
    assertThat(refused.statusCode()).isEqualTo(431);
    assertThat(new JsonObject(refused.body()).getString("message")).contains("100 characters");
    assertThat(UUID.fromString(id(refused))).isNotNull();
  }

  @Test
  void aTooLongIdOutsideTheProtocolsIsRefusedInTheFormOfDjlServing() {
    HttpResponse<String> refused =
        server.send(server.request("/").header("x-request-id", "i".repeat(101)));

    assertThat(refused.statusCode()).isEqualTo(431);
    assertThat(new JsonObject(refused.body()).getInteger("code")).isEqualTo(431);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0001b", "a\u000bb", "a\u007fb", "a\tb", "\u00e4", ""})
  void anIdThatIsNotPrintableIsReplaced(String id) throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write("GET / HTTP/1.1\nHost: x\nx-request-id: " + id + "\n\n");
      RawConnection.Answer answer = connection.read();

      assertThat(answer.status()).isIn(200, 400);
      assertThat(UUID.fromString(answer.header("x-request-id"))).isNotNull();
    }
  }

  @Test
  void anIdCannotSplitTheHeader() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write("GET / HTTP/1.1\nHost: x\nx-request-id: a\n Set-Cookie: b=c\n\n");
      RawConnection.Answer answer = connection.read();

      assertThat(answer.header("Set-Cookie")).isNull();
      assertThat(answer.header("x-request-id")).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\n\n", // No Host.
        "GET / HTTP/1.1\nHost: a b\n\n",
        "GET /health/live HTTP/1.1\nHost: x\n folded: y\n\n",
        "POST /score HTTP/1.1\nHost: a:b:c\nContent-Length: 1\n\n7",
        "POST /v1/models/fake:predict HTTP/1.1\nHost: a:b:c\nContent-Length: 0\n\n",
        "POST \"/score HTTP/1.1\nHost: x\nContent-Length: 1\n\n7",
        "POST /score HTTP/1.1\n\n",
        "GET /%zz HTTP/1.1\nHost: x\n\n",
        "POST /score HTTP/1.1\nHost: x\nContent-Length: abc\n\n",
        "OPTIONS * HTTP/1.1\nHost: x\n\n",
        "GET nowhere HTTP/1.1\nHost: x\n\n",
        "nonsense\n\n",
      })
  void malformedRequestsGetAResponseWithAnId(String request) throws IOException {
    try (RawConnection connection = server.connect()) {
      RawConnection.Answer answer = connection.write(request).read();

      assertThat(answer.status()).isIn(400, 404);
      assertThat(answer.header("x-request-id")).isNotEmpty();
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }
  }
}
