package io.lynxeye.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Response headers with timings and the trace. */
class ServerTimingTest {

  @AutoClose private static final TestServer server = TestServer.ready();

  private static Optional<String> header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name);
  }

  private static Map<String, Double> stages(String header) {
    Map<String, Double> stages = new LinkedHashMap<>();
    Arrays.stream(header.split(", "))
        .map(stage -> stage.split(";dur="))
        .forEach(stage -> stages.put(stage[0], Double.parseDouble(stage[1])));
    return stages;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/score",
        "/score?output=probabilities",
        "/predictions/fake",
        "/predictions/fake/1"
      })
  void scoresHaveServerTiming(String path) {
    HttpResponse<String> answer = server.post(path, "7");

    Map<String, Double> stages = stages(header(answer, "Server-Timing").orElseThrow());
    assertThat(stages.keySet()).containsExactly("decode", "queue", "engine", "total");
    assertThat(stages.get("total"))
        .isGreaterThanOrEqualTo(stages.get("decode") + stages.get("queue") - 0.2);
  }

  @Test
  void theTimeOfTheEngineIsReported() throws Exception {
    server.model().hold();
    var waiting = server.postLater("/score", "7");
    server.model().awaitCall();
    var behind = server.postLater("/score", "7");
    server.awaitRequests(2);
    server.model().release(1000);

    HttpResponse<String> first = waiting.get();
    HttpResponse<String> second = behind.get();
    assertThat(stages(header(first, "Server-Timing").orElseThrow()).get("engine")).isPositive();
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(header(first, "x-ms-run-fn-exec-ms").map(Double::parseDouble).orElseThrow())
        .isPositive();
  }

  @ParameterizedTest
  @CsvSource({"/score, bad", "/predictions/fake, bad", "/predictions/none, 7", "/score, crash"})
  void errorsHaveNoServerTiming(String path, String body) {
    assertThat(header(server.post(path, body), "Server-Timing")).isEmpty();
  }

  @Test
  void azuresHeadersReportWhetherTheRunFailed() {
    HttpResponse<String> good = server.post("/score", "7");
    assertThat(header(good, "x-ms-run-function-failed")).hasValue("False");
    assertThat(header(good, "x-ms-run-fn-exec-ms").orElseThrow()).matches("[0-9]+\\.[0-9]");
    for (String body : new String[] {"bad", "crash", ""}) {
      HttpResponse<String> failed = server.post("/score", body);
      assertThat(header(failed, "x-ms-run-function-failed")).hasValue("True");
      assertThat(header(failed, "x-ms-run-fn-exec-ms")).isEmpty();
    }
  }

  @Test
  void azuresHeadersAreOnlyOnScoringResponses() {
    assertThat(header(server.get("/score"), "x-ms-run-function-failed")).isEmpty();
    assertThat(header(server.post("/predictions/fake", "7"), "x-ms-run-function-failed")).isEmpty();
  }

  @Test
  void theResponseContinuesTheCallersTrace() {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/score")
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .header("tracestate", "vendor=1")
                .POST(BodyPublishers.ofString("bad")));

    assertThat(header(answer, "traceparent").orElseThrow())
        .matches("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01")
        .doesNotContain("00f067aa0ba902b7");
    assertThat(header(answer, "tracestate")).hasValue("vendor=1");
    assertThat(header(server.post("/score", "7"), "traceparent").orElseThrow())
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
  }
}
