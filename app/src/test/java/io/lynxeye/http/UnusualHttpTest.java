package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that no client library sends; after each of them, other clients are served as before.
 */
class UnusualHttpTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  @AfterEach
  void goodClientsAreServedAsBefore() {
    assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
    server.awaitRequests(0);
  }

  private static RawConnection.Answer ask(String request) throws IOException {
    try (RawConnection connection = server.connect()) {
      RawConnection.Answer answer = connection.write(request).read();
      assertThat(connection.isClosedByServer()).isTrue();
      return answer;
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    try (RawConnection connection = server.connect()) {
      for (int i = 0; i < 10; i++) {
        connection.post("/score?topK=1", "" + i);
      }
      for (int i = 0; i < 10; i++) {
        assertThat(connection.read().body()).contains("label " + i);
      }
    }
  }

  @Test
  void aFailureAmongPipelinedRequestsAffectsOnlyItsOwnResponse() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.post("/score", "1").post("/score", "bad").post("/nowhere", "2");
      connection.write("GET /score HTTP/1.1\nHost: x\n\n").post("/score", "3");

      assertThat(connection.read().body()).contains("label 1");
      assertThat(connection.read().status()).isEqualTo(400);
      assertThat(connection.read().status()).isEqualTo(404);
      assertThat(connection.read().status()).isEqualTo(405);
      assertThat(connection.read().body()).contains("label 3");
    }
  }

  @Test
  void aSilentConnectionBlocksNoOther() throws IOException {
    try (RawConnection silent = server.connect();
        RawConnection halfSaid = server.connect()) {
      halfSaid.write("POST /score HT");

      assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);

      halfSaid.write("TP/1.1\nHost: x\nContent-Length: 1\n\n7");
      assertThat(halfSaid.read().status()).isEqualTo(200);
      assertThat(silent.post("/score", "7").read().status()).isEqualTo(200);
    }
  }

  @Test
  void aRequestThatArrivesByteByByteIsScored() throws IOException {
    try (RawConnection connection = server.connect()) {
      for (char c : "POST /score HTTP/1.1\nHost: x\nContent-Length: 1\n\n7".toCharArray()) {
        connection.write(String.valueOf(c));
      }
      assertThat(connection.read().body()).contains("label 7");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\n\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\n\n", // The start of a TLS handshake.
        "POST /score\n\n",
        "POST /score HTTP/9.9.9\nHost: x\n\n",
        "POST /score HTTP/1.1\nHost: x\nContent-Length: -1\n\n",
        "POST /score HTTP/1.1\nHost: x\nContent-Length: 1, 2\n\n",
        "POST /score HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\n",
        "POST /score HTTP/1.1\nHost: x\nContent-Length: 99999999999999999999\n\n",
        // Both Content-Length and chunks: a request could be smuggled in the body.
        "POST /score HTTP/1.1\nHost: x\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n",
        "POST /score HTTP/1.1\nHost: x\nno colon\n\n",
        "POST /score HTTP/1.1\nHost : x\n\n",
        "GET /sc\0ore HTTP/1.1\nHost: x\n\n",
        "GET /score HTTP/1.1\nHost: x\nX: a\0b\n\n",
      })
  void anythingButHttpIsRefusedAndDisconnected(String request) throws IOException {
    assertThat(ask(request).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"414, /, 0", "431, '', 20000", "431, '', 200000"})
  void headersThatAreTooLargeAreRefusedAndReported(int status, String fill, int header)
      throws IOException {
    String path = "/" + fill.repeat(8000);

    RawConnection.Answer answer =
        ask("GET " + path + " HTTP/1.1\nHost: x\nx-large: " + "a".repeat(header) + "\n\n");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("x-request-id")).isNotEmpty();
    assertThat(answer.body()).contains("\"code\":" + status);
  }

  /** Malformed chunks and trailers, RFC 9112, section 7.1. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\n7\n",
        "0x1\n7\n0\n\n",
        "-1\n7\n0\n\n",
        "fffffffffffffffff\n7\n0\n\n",
        "1\n7x\n0\n\n",
        "1\n7\n0\nno colon\n\n",
      })
  void malformedChunksAreRefusedAndDisconnected(String body) throws IOException {
    int prepared = server.model().prepared();

    RawConnection.Answer answer =
        ask("POST /score HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n" + body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("the chunks of the body are not well-formed");
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(server.model().prepared()).isEqualTo(prepared);
  }

  @Test
  void malformedChunksOfAPipelinedRequestAreRefusedInItsTurn() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection
          .post("/score", "1")
          .write("POST /score HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\nzz\n7\n");

      assertThat(connection.read().body()).contains("label 1");
      assertThat(connection.read().status()).isEqualTo(400);
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  @Test
  void malformedChunksAfterTheResponseEndTheConnection() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write("POST /nowhere HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n1\n7\n");
      assertThat(connection.read().status()).isEqualTo(404);

      connection.write("zz\n7\n");

      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  /** Where a request ends must be certain: RFC 9112, sections 3.2, 5.1, 6.1 and 6.3. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "400; Host: y",
        "400; Transfer-Encoding: gzip",
        "400; Transfer-Encoding: xchunked",
        "400; Transfer-Encoding: identity",
        "400; Transfer-Encoding: chunked, gzip",
        "400; Transfer-Encoding: chunked, chunked",
        "400; Transfer-Encoding: chunked|Transfer-Encoding: chunked",
        "400; Transfer-Encoding: chunked|Transfer-Encoding: identity",
        "501; Transfer-Encoding: gzip, chunked",
        "501; Transfer-Encoding: gzip|Transfer-Encoding: chunked",
        "400; : without a name",
      })
  void nothingIsReadBehindARequestWhoseEndIsUncertain(int status, String header)
      throws IOException {
    int prepared = server.model().prepared();

    RawConnection.Answer answer =
        ask(
            "POST /score HTTP/1.1\nHost: x\n"
                + header.replace('|', '\n')
                + "\n\n1\n7\n0\n\nPOST /score HTTP/1.1\nHost: x\nContent-Length: 1\n\n7");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("x-request-id")).isNotEmpty();
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(server.model().prepared()).isEqualTo(prepared);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.2", "HTTP/2.0", "HTTP/3.0", "http/1.1"})
  void anotherVersionIsRefusedAsSuch(String version) throws IOException {
    RawConnection.Answer answer = ask("GET /health/live " + version + "\nHost: x\n\n");

    assertThat(answer.status()).isEqualTo(505);
    assertThat(answer.body()).contains("use HTTP/1.1");
  }

  @Test
  void aPathIsNormalisedBeforeItIsMatched() throws IOException {
    try (RawConnection connection = server.connect()) {
      assertThat(connection.post("/nowhere/../score", "7").read().status()).isEqualTo(200);
      assertThat(connection.post("//score", "7").read().status()).isEqualTo(200);
      assertThat(connection.post("http://x/score", "7").read().status()).isEqualTo(200);
    }
  }

  @Test
  void aWebSocketIsNotOffered() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write(
          """
          GET /score HTTP/1.1
          Host: x
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """);

      assertThat(connection.read().status()).isEqualTo(405);
    }
  }
}
