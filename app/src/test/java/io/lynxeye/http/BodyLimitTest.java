package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies at the limit and over it. */
class BodyLimitTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  private static String head(String path, String... headers) {
    return "POST " + path + " HTTP/1.1\nHost: x\n" + String.join("\n", headers) + "\n\n";
  }

  private static String chunk(int bytes) {
    return Integer.toHexString(bytes) + "\n" + "x".repeat(bytes) + "\n";
  }

  @Test
  void aBodyOfExactlyTheLimitIsScored() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.post("/score", "x".repeat(TestServer.MAX_BODY));
      assertThat(connection.read().status()).isEqualTo(200);

      connection.write(
          head("/score", "Transfer-Encoding: chunked") + chunk(1500) + chunk(500) + "0\n\n");
      assertThat(connection.read().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({"/score, message", "/predictions/fake, code"})
  void aByteMoreIsRefusedAndTheConnectionStaysOpen(String path, String key) throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.post(path, "x".repeat(TestServer.MAX_BODY + 1));
      RawConnection.Answer byLength = connection.read();
      connection.write(
          head(path, "Transfer-Encoding: chunked") + chunk(1500) + chunk(501) + "0\n\n");
      RawConnection.Answer byCount = connection.read();
      connection.post("/score", "7");

      assertThat(byLength.status()).isEqualTo(413);
      assertThat(new JsonObject(byLength.body()).containsKey(key)).isTrue();
      assertThat(byLength.body()).contains("larger than 2000 bytes");
      assertThat(byCount.status()).isEqualTo(413);
      assertThat(connection.read().status()).isEqualTo(200);
      server.awaitRequests(0);
    }
  }

  @Test
  void aClientThatWaitsForContinueIsRefusedBeforeItSendsAndDisconnected() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write(head("/score", "Content-Length: 2001", "Expect: 100-continue"));
      RawConnection.Answer answer = connection.read();

      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.header("Connection")).isEqualTo("close");
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"/nowhere, 404", "/health/live, 405"})
  void aClientThatWaitsForContinueAtAnotherAddressIsDisconnectedToo(String path, int status)
      throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write(head(path, "Content-Length: 1", "Expect: 100-continue"));

      assertThat(connection.read().status()).isEqualTo(status);
      assertThat(connection.isClosedByServer()).isTrue();
    }
  }

  @Test
  void aChunkedBodyThatIsTooLargeAfterContinueIsReadToItsEnd() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write(head("/score", "Transfer-Encoding: chunked", "Expect: 100-continue"));
      assertThat(connection.read().status()).isEqualTo(100);
      connection.write(chunk(2001));
      assertThat(connection.read().status()).isEqualTo(413);

      connection.write(chunk(10) + "0\n\n").post("/score", "7");
      assertThat(connection.read().status()).isEqualTo(200);
    }
  }

  @Test
  void anEndlessBodyIsDisconnected() throws IOException {
    try (RawConnection endless = server.connect()) {
      endless.write(head("/score", "Transfer-Encoding: chunked") + chunk(2001));
      assertThat(endless.read().status()).isEqualTo(413);
      server.awaitRequests(0);

      for (int i = 0; i < 8; i++) {
        endless.write(chunk(1990));
      }

      assertThat(endless.isClosedByServer()).isTrue();
      assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theBytesOfARefusedBodyAreReleased() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.write(head("/score", "Transfer-Encoding: chunked") + chunk(1999) + chunk(2));

      assertThat(connection.read().status()).isEqualTo(413);
      server.awaitRequests(0);
      assertThat(server.requestLimiter().bytes()).isZero();
    }
  }
}
