package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends every row of {@code docs/conformance.md} to a running server and checks the response. */
class ConformanceTest {

  private static final String LOADING = "While the model is loading";
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  @AutoClose private static final TestServer serving = TestServer.ready();

  @AutoClose
  private static final TestServer loading = TestServer.listening(TestServer.Settings.DEFAULT);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static List<ConformanceTable.Row> rows() {
    return ConformanceTable.rows();
  }

  @Test
  void theTableHasRowsOfEveryProtocol() {
    assertThat(rows()).hasSizeGreaterThanOrEqualTo(120);
    assertThat(rows().stream().map(ConformanceTable.Row::protocol).distinct())
        .containsExactly(
            "Azure ML",
            "DJL Serving and TorchServe",
            "TensorFlow Serving",
            "Open Inference Protocol (KServe, Triton)",
            LOADING);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void getsTheResponseInTheTable(ConformanceTable.Row row) throws Exception {
    HttpResponse<byte[]> answer = send(row.protocol().equals(LOADING) ? loading : serving, row);

    assertThat(answer.statusCode()).as(text(answer.body())).isEqualTo(row.status());
    row.answerHeaders()
        .forEach((name, value) -> assertThat(answer.headers().firstValue(name)).hasValue(value));
    assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    assertBody(row.answer(), answer);
  }

  private HttpResponse<byte[]> send(TestServer server, ConformanceTable.Row row)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = server.request(row.path());
    row.headers().forEach(request::header);
    request.method(
        row.method(),
        row.body().length == 0 && !row.method().equals("POST")
            ? BodyPublishers.noBody()
            : BodyPublishers.ofByteArray(row.body()));
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void assertBody(String wanted, HttpResponse<byte[]> answer) {
    byte[] body = answer.body();
    int json = answer.headers().firstValue(JSON_LENGTH).map(Integer::parseInt).orElse(body.length);
    String text = text(Arrays.copyOf(body, json));
    if (wanted.startsWith("{") || wanted.startsWith("[")) {
      String pattern = wanted.contains("⟦") ? wanted.substring(0, wanted.indexOf('⟦')) : wanted;
      assertThat(JsonPattern.matches(pattern, text)).as(text).isTrue();
    } else {
      assertThat(text).isEqualTo(wanted);
    }
    byte[] behind = ConformanceTable.bytes(wanted.substring(Math.max(0, wanted.indexOf('⟦'))));
    assertThat(Arrays.copyOfRange(body, json, body.length))
        .isEqualTo(wanted.contains("⟦") ? behind : new byte[0]);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Patterns of the table, values that match and values that do not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"a\": 1}; {\"a\": 1}; true",
        "{\"a\": 1}; {\"a\": 2}; false",
        "{\"a\": 1}; {\"a\": 1, \"b\": 2}; false",
        "{\"a\": 1, \"...\": \"*\"}; {\"a\": 1, \"b\": 2}; true",
        "{\"a\": 1, \"...\": \"*\"}; {\"b\": 1}; false",
        "{\"a\": \"*\"}; {\"a\": [1]}; true",
        "{\"a\": \"*\"}; {}; false",
        "[1, \"...\"]; [1, 2, 3]; true",
        "[1, \"...\"]; [2]; false",
        "[1]; [1, 2]; false",
        "[0.91]; [0.9100001]; true",
        "[0.91]; [0.92]; false"
      })
  void aPatternMatchesOnlyTheValuesThatItDescribes(String pattern, String json, boolean matches) {
    assertThat(JsonPattern.matches(pattern, json)).isEqualTo(matches);
  }
}
