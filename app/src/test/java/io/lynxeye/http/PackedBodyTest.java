package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestManagement;
import io.lynxeye.server.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies with a {@code Content-Encoding}, at real servers. */
class PackedBodyTest {

  private static final String JSON = "{\"instances\": [{\"b64\": \"Nw==\"}]}";
  private static final String BIG = "x".repeat(TestServer.MAX_BODY + 1);

  @AutoClose private final TestServer server = TestServer.ready();

  @AfterEach
  void everyByteIsReleased() {
    server.awaitRequests(0);
    Awaitility.await().until(() -> server.requestLimiter().bytes() == 0);
  }

  private HttpResponse<String> post(String path, String encoding, byte[] body) {
    return server.send(
        server
            .request(path)
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Stream<Arguments> packed() {
    return Stream.of("/score", "/predictions/fake", "/v1/models/fake:predict")
        .flatMap(
            path -> {
              byte[] body = utf8(path.endsWith("predict") ? JSON : "7");
              return Stream.of(
                  arguments(path, "gzip", Packed.gzip(body)),
                  arguments(path, "X-GZIP", Packed.gzip(body)),
                  arguments(path, "deflate", Packed.zlib(body)),
                  arguments(path, "deflate", Packed.raw(body)),
                  arguments(path, "identity", body),
                  arguments(path, "identity, gzip", Packed.gzip(body)));
            });
  }

  @ParameterizedTest
  @MethodSource("packed")
  void aPackedBodyIsScoredAsIfItWereNot(String path, String encoding, byte[] body) {
    HttpResponse<String> answer = post(path, encoding, body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("0.91");
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "zstd", "gzip, deflate", "compress"})
  void anotherEncodingIsRefusedWithThoseThatAreRead(String encoding) {
    HttpResponse<String> answer = post("/predictions/fake", encoding, Packed.gzip("7"));

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.headers().firstValue("Accept-Encoding")).hasValue("gzip, deflate");
    assertThat(answer.body())
        .contains("'" + encoding + "' is not read; send it with gzip or deflate, or as it is");
    assertThat(server.model().prepared()).isZero();
  }

  static Stream<Arguments> damaged() {
    byte[] gzip = Packed.gzip("7");
    byte[] checksum = gzip.clone();
    checksum[gzip.length - 8]++;
    return Stream.of(
        arguments("gzip", utf8("7")),
        arguments("gzip", Arrays.copyOf(gzip, gzip.length - 1)),
        arguments("gzip", Packed.join(gzip, utf8("7"))),
        arguments("gzip", checksum),
        arguments("gzip", Packed.zlib(utf8("7"))),
        arguments("deflate", utf8("7")),
        arguments("deflate", utf8("777")),
        arguments("deflate", gzip),
        arguments("deflate", Packed.join(Packed.zlib(utf8("7")), utf8("7"))));
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void aDamagedBodyIsRefused(String encoding, byte[] body) {
    HttpResponse<String> answer = post("/predictions/fake", encoding, body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains("the body cannot be unpacked")
        .contains("correct the header");
    assertThat(server.model().prepared()).isZero();
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void theLimitIsForTheUnpackedBody() {
    byte[] most = utf8("7".repeat(TestServer.MAX_BODY));

    assertThat(post("/score", "gzip", Packed.gzip(most)).statusCode()).isEqualTo(200);
    for (byte[] packed : new byte[][] {Packed.gzip(utf8(BIG)), Packed.zlib(utf8(BIG))}) {
      HttpResponse<String> answer = post("/score", packed[0] == 0x1f ? "gzip" : "deflate", packed);

      assertThat(packed.length).isLessThan(100);
      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("the body is larger than 2000 bytes");
    }
  }

  @Test
  void anEmptyBodyIsEmpty() {
    assertThat(post("/score", "gzip", new byte[0]).body()).contains("there is no image");
  }

  @Test
  void aBodyThatArrivesByteByByteIsUnpacked() throws Exception {
    byte[] body = Packed.join(Packed.gzip(""), Packed.gzip("7"));
    try (RawConnection connection = server.connect()) {
      connection.write(
          "POST /score HTTP/1.1\nHost: x\nContent-Encoding: gzip\nContent-Length: "
              + body.length
              + "\n\n");
      for (int i = 0; i < body.length; i++) {
        connection.writeBytes(latin1(Arrays.copyOfRange(body, i, i + 1)));
      }

      assertThat(connection.read().body()).contains("\"index\":7");
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleHoldsNothing() throws Exception {
    byte[] body = Packed.gzip("7".repeat(1000));
    try (RawConnection connection = server.connect()) {
      connection.write(
          "POST /score HTTP/1.1\nHost: x\nContent-Encoding: gzip\nContent-Length: 1000\n\n");
      connection.writeBytes(latin1(body));
      Awaitility.await().until(() -> server.requestLimiter().bytes() == 1000);
    }
    Awaitility.await().until(() -> server.requestLimiter().bytes() == 0);
  }

  @Test
  void theManagementPortUnpacksBodiesToo(@TempDir Path store) {
    try (TestManagement management = new TestManagement(store).put("a", 1)) {
      HttpResponse<String> answer =
          management.send(
              management
                  .request("POST", "/v2/repository/index", "")
                  .header("Content-Encoding", "gzip")
                  .POST(BodyPublishers.ofByteArray(Packed.gzip("{\"ready\": true}"))));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"name\":\"a\"");
    }
  }
}
