package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestCertificate;
import io.lynxeye.server.TestServer;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import io.lynxeye.serving.fakes.FakeModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses for clients that accept gzip or deflate, over both versions of HTTP. */
class CompressionTest {

  /** 2 KB of rows, each of ten numbers. */
  private static final String ROWS =
      "{\"instances\": [" + "{\"b64\": \"Nw==\"}, ".repeat(39) + "{\"b64\": \"Nw==\"}]}";

  @TempDir private static Path folder;
  private static TestServer server;
  private static HttpClient client;

  @BeforeAll
  static void open() throws Exception {
    TestCertificate own = TestCertificate.make("EC");
    client = HttpClient.newBuilder().sslContext(TestCertificate.trusting(own)).build();
    server = TestServer.ready(own.protection(folder));
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static HttpResponse<byte[]> send(
      Version version, String path, Optional<String> body, String... headers) throws Exception {
    return send(version, server.port(), path, body, headers);
  }

  private static HttpResponse<byte[]> send(
      Version version, int port, String path, Optional<String> body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .version(version);
    body.ifPresent(text -> request.POST(BodyPublishers.ofString(text)));
    HttpResponse<byte[]> answer =
        client.send(
            (headers.length == 0 ? request : request.headers(headers)).build(),
            BodyHandlers.ofByteArray());
    assertThat(answer.version()).isEqualTo(version);
    return answer;
  }

  private static Optional<String> coding(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Encoding");
  }

  private static byte[] unpacked(HttpResponse<byte[]> answer) throws IOException {
    InputStream packed = new ByteArrayInputStream(answer.body());
    try (InputStream plain =
        coding(answer).orElseThrow().equals("gzip")
            ? new GZIPInputStream(packed)
            : new InflaterInputStream(packed)) {
      return plain.readAllBytes();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** RFC 9110, section 12.5.3. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip -> gzip",
        "deflate -> deflate",
        "gzip, deflate -> gzip",
        "deflate, gzip -> gzip",
        "br, gzip, deflate -> gzip",
        "deflate;q=1.0,gzip;q=0.5 -> deflate",
        "* -> gzip",
        "gzip;q=0 -> ",
        "identity -> ",
        "br -> ",
        "gzip;q=x -> ",
      })
  void aClientGetsACodingThatItAccepts(String both) throws Exception {
    String[] halves = both.split(" -> ", -1);
    String accepted = halves[0];
    String wanted = halves[1];
    for (Version version : Version.values()) {
      HttpResponse<byte[]> answer =
          send(version, "/v1/models/fake:predict", Optional.of(ROWS), "Accept-Encoding", accepted);

      assertThat(coding(answer).orElse("")).as("%s %s", version, accepted).isEqualTo(wanted);
      assertThat(answer.headers().allValues("Vary")).contains("Accept-Encoding");
      assertThat(text(wanted.isEmpty() ? answer.body() : unpacked(answer)))
          .startsWith("{\"predictions\":[[0.01")
          .endsWith("]]}");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aClientThatDoesNotAskGetsTheBodyAsItIs(Version version) throws Exception {
    HttpResponse<byte[]> answer = send(version, "/v1/models/fake:predict", Optional.of(ROWS));

    assertThat(coding(answer)).isEmpty();
    assertThat(answer.headers().allValues("Vary")).contains("Accept-Encoding");
    assertThat(answer.headers().firstValue("Content-Length"))
        .hasValue(Integer.toString(answer.body().length));
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void smallResponsesStayAsTheyAre(Version version) throws Exception {
    for (String path : List.of("/score", "/predictions/fake", "/nowhere")) {
      HttpResponse<byte[]> answer =
          send(version, path, Optional.of("7"), "Accept-Encoding", "gzip");

      assertThat(coding(answer)).as(path).isEmpty();
      assertThat(answer.headers().allValues("Vary")).doesNotContain("Accept-Encoding");
      assertThat(text(answer.body())).containsAnyOf("label 7", "nothing at this address");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void tensorsInJsonAndInBinaryAreCompressedPieceByPiece(Version version) throws Exception {
    String request =
        "{\"parameters\": {\"binary_data_output\": %s}, \"inputs\": [{\"name\": \"image_bytes\","
            + " \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"bGFyZ2U=\"]}]}";
    String path = "/v2/models/fake/infer";

    HttpResponse<byte[]> json =
        send(version, path, Optional.of(request.formatted(false)), "Accept-Encoding", "gzip");
    HttpResponse<byte[]> binary =
        send(version, path, Optional.of(request.formatted(true)), "Accept-Encoding", "gzip");
    HttpResponse<byte[]> plain = send(version, path, Optional.of(request.formatted(true)));

    assertThat(text(unpacked(json))).contains("\"data\":[0,0,0").endsWith("0,0]}]}");
    assertThat(unpacked(json)).hasSizeGreaterThan(2 * FakeModel.LARGE);
    assertThat(unpacked(binary)).isEqualTo(plain.body()).hasSizeGreaterThan(FakeModel.LARGE);
    assertThat(binary.headers().firstValue("Inference-Header-Content-Length")).isPresent();
    assertThat(json.body()).hasSizeLessThan(FakeModel.LARGE / 10);
    assertThat(binary.body()).hasSizeLessThan(FakeModel.LARGE / 10);
    assertThat(plain.headers().firstValue("Content-Length"))
        .hasValue(Integer.toString(plain.body().length));
  }

  /** A response that would take too much memory while it is sent is refused at the last moment. */
  @ParameterizedTest
  @EnumSource(Version.class)
  void anErrorInPlaceOfABodyHasNoneOfItsHeaders(Version version) throws Exception {
    String request =
        "{\"parameters\": {\"binary_data_output\": true}, \"inputs\": [{\"name\":"
            + " \"image_bytes\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\":"
            + " [\"bGFyZ2U=\"]}]}";
    RequestLimiter limiter = server.requestLimiter();
    RequestPermit spared = limiter.acquire();
    RequestPermit others = limiter.acquire();
    try {
      spared.hold(FakeModel.LARGE / 2);
      assertThatThrownBy(() -> fill(others)).isInstanceOf(RejectedException.class);
      spared.close();

      HttpResponse<byte[]> answer =
          send(version, "/v2/models/fake/infer", Optional.of(request), "Accept-Encoding", "gzip");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(text(answer.body())).startsWith("{\"error\":");
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(answer.headers().firstValue("Inference-Header-Content-Length")).isEmpty();
      assertThat(coding(answer)).isEmpty();
      assertThat(answer.headers().firstValue("Content-Length"))
          .hasValue(Integer.toString(answer.body().length));
    } finally {
      others.close();
    }
  }

  private static void fill(RequestPermit permit) {
    while (true) {
      permit.hold(FakeModel.LARGE / 4);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void whatDoesNotShrinkStaysAsItIs(Version version) throws Exception {
    HttpResponse<byte[]> noise =
        send(version, "/score", Optional.of("noise"), "Accept-Encoding", "gzip");
    HttpResponse<byte[]> image =
        send(version, "/page/lynx.jpg", Optional.empty(), "Accept-Encoding", "gzip");

    assertThat(coding(noise)).isEmpty();
    assertThat(noise.body()).isEqualTo(FakeModel.noise());
    assertThat(coding(image)).isEmpty();
    assertThat(image.body()).startsWith(0xff, 0xd8);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void filesAndDocumentsAreCompressedAndRevalidated(Version version) throws Exception {
    for (String path : List.of("/page/page.js", "/docs/swagger-ui-bundle.js", "/openapi.json")) {
      HttpResponse<byte[]> plain = send(version, path, Optional.empty());
      HttpResponse<byte[]> packed =
          send(version, path, Optional.empty(), "Accept-Encoding", "gzip, deflate, br");
      String etag = plain.headers().firstValue("ETag").orElseThrow();

      assertThat(coding(packed)).hasValue("gzip");
      assertThat(unpacked(packed)).isEqualTo(plain.body());
      assertThat(etag).startsWith("W/\"");
      assertThat(packed.headers().firstValue("ETag")).hasValue(etag);
      assertThat(packed.headers().allValues("Vary")).contains("Accept-Encoding");
      HttpResponse<byte[]> again =
          send(version, path, Optional.empty(), "Accept-Encoding", "gzip", "If-None-Match", etag);
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(coding(again)).isEmpty();
    }
  }

  @Test
  void theOtherPortsCompressToo() throws Exception {
    for (Kind kind : List.of(Kind.METRICS, Kind.MANAGEMENT)) {
      int port = server.open(kind);
      for (Version version : Version.values()) {
        HttpResponse<byte[]> answer =
            send(version, port, "/metrics", Optional.empty(), "Accept-Encoding", "gzip");

        assertThat(text(unpacked(answer))).as("%s %s", kind, version).contains("# TYPE lynxeye_");
      }
    }
  }

  /**
   * HTTP/1.0 has no chunks for a body whose length is not known before; nginx sends it by default.
   */
  @Test
  void aClientOfHttp10GetsOnlyFilesCompressed() throws IOException {
    String asked = " HTTP/1.0\nAccept-Encoding: gzip\nContent-Length: ";
    try (TestServer plain = TestServer.ready()) {
      try (RawConnection connection = plain.connect()) {
        RawConnection.Answer scores =
            connection
                .write("POST /v1/models/fake:predict" + asked + ROWS.length() + "\n\n" + ROWS)
                .read();
        assertThat(scores.header("Content-Encoding")).isNull();
        assertThat(scores.body()).startsWith("{\"predictions\"").endsWith("}");
      }
      try (RawConnection connection = plain.connect()) {
        RawConnection.Answer file = connection.write("GET /openapi.json" + asked + "0\n\n").read();
        assertThat(file.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(file.header("Content-Length")).isNotNull();
      }
    }
  }
}
