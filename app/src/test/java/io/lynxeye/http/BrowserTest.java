package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.TestCallers;
import io.lynxeye.server.RawConnection;
import io.lynxeye.server.RawConnection.Answer;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Response headers for browsers: content types and CORS. */
class BrowserTest {

  private static final String PAGE = "https://pages.example";

  @AutoClose private static final TestServer closed = TestServer.ready();
  @AutoClose private static final TestServer open = open();

  private static TestServer open() {
    Optional<Authenticator> key = Optional.of(TestCallers.key("the-key"));
    return TestServer.ready(
        new Protection(
            new SecurityConfig(
                ConnectionLimits.DEFAULT, Optional.empty(), List.of(PAGE, "http://other.example")),
            key,
            key,
            new FilePoller(Duration.ofSeconds(1))));
  }

  private static Answer ask(TestServer server, String request) throws IOException {
    try (RawConnection connection = server.connect()) {
      return connection.write(request).read();
    }
  }

  private static Answer preflight(TestServer server, String origin) throws IOException {
    return ask(
        server,
        "OPTIONS /score HTTP/1.1\nHost: x\nOrigin: "
            + origin
            + "\nAccess-Control-Request-Method: POST\n"
            + "Access-Control-Request-Headers: authorization,content-type\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health/live HTTP/1.1\nHost: x\n\n",
        "GET /nowhere HTTP/1.1\nHost: x\n\n",
        "GET /score HTTP/1.1\nHost: x\n\n",
        "GET /%zz HTTP/1.1\nHost: x\n\n",
        "nonsense\n\n",
        "POST /score HTTP/1.1\nHost: x\nContent-Length: 1\n\n7",
      })
  void noResponseIsSniffedAsAnotherType(String request) throws IOException {
    assertThat(ask(closed, request).header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(ask(open, request).header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @Test
  void anOriginThatIsNotConfiguredGetsNoCorsHeaders() throws IOException {
    Answer answer = preflight(closed, PAGE);

    assertThat(answer.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
    assertThat(preflight(open, "https://evil.example").headers().keySet())
        .noneMatch(name -> name.startsWith("access-control"));
  }

  @Test
  void aPreflightRequestNeedsNoKey() throws IOException {
    Answer answer = preflight(open, PAGE);

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
    assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
    assertThat(answer.header("Access-Control-Allow-Headers"))
        .contains("authorization")
        .contains("content-type")
        .contains("x-api-key");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    assertThat(preflight(open, "http://other.example").header("Access-Control-Allow-Origin"))
        .isEqualTo("http://other.example");
  }

  @Test
  void aConfiguredOriginMayReadResponsesAndErrors() throws IOException {
    String call = "POST /score HTTP/1.1\nHost: x\nOrigin: " + PAGE + "\nContent-Length: 1\n";
    Answer refused = ask(open, call + "\n7");
    Answer answer = ask(open, call + "x-api-key: the-key\n\n7");

    assertThat(refused.status()).isEqualTo(401);
    assertThat(answer.status()).isEqualTo(200);
    for (Answer one : List.of(refused, answer)) {
      assertThat(one.header("Access-Control-Allow-Origin")).isEqualTo(PAGE);
      assertThat(one.header("Access-Control-Expose-Headers")).contains("x-request-id");
    }
  }

  /** The server's own page has an origin too. */
  @Test
  void requestsOfOtherOriginsAreStillServed() throws IOException {
    Answer answer =
        ask(
            open,
            "POST /score HTTP/1.1\nHost: x\nOrigin: http://x\nx-api-key: the-key\n"
                + "Content-Length: 1\n\n7");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    assertThat(answer.header("Vary")).contains("origin");
  }
}
