package io.lynxeye.telemetry.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.lynxeye.server.Telemetry;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A running server sends its traces to a collector. */
class TracingTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  private final List<ExportTraceServiceRequest> received = new CopyOnWriteArrayList<>();
  private HttpServer collector;
  private Telemetry telemetry;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext("/v1/traces", this::receive);
    collector.start();
    URI endpoint = URI.create("http://localhost:" + collector.getAddress().getPort());
    telemetry = new Telemetry(List.of(Tracing.start(Optional.of(endpoint))));
    server = TestServer.ready(Settings.DEFAULT, telemetry);
  }

  @AfterEach
  void stop() {
    server.close();
    telemetry.close();
    collector.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    received.add(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /** All spans of the requests so far: a close sends the remaining ones. */
  private List<Span> spans() {
    server.close();
    telemetry.close();
    return received.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  private HttpResponse<String> post(String path, String body, String flags) {
    return server.send(
        server
            .request(path)
            .header("traceparent", "00-" + TRACE + "-" + CALLER + "-" + flags)
            .header("tracestate", "vendor=1")
            .POST(BodyPublishers.ofString(body)));
  }

  private static Span named(List<Span> spans, String name) {
    return spans.stream().filter(span -> span.getName().equals(name)).findFirst().orElseThrow();
  }

  private static String hex(com.google.protobuf.ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                pair ->
                    pair.getValue().hasIntValue()
                        ? Long.toString(pair.getValue().getIntValue())
                        : pair.getValue().getStringValue()));
  }

  @Test
  void aScoredImageContinuesTheClientsTrace() {
    HttpResponse<String> answer = post("/score", "7", "01");

    List<Span> spans = spans();
    assertThat(spans)
        .extracting(Span::getName)
        .containsExactlyInAnyOrder("decode", "queue", "engine", "POST /score");
    Span request = named(spans, "POST /score");
    assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(hex(request.getTraceId())).isEqualTo(TRACE);
    assertThat(hex(request.getParentSpanId())).isEqualTo(CALLER);
    assertThat(request.getTraceState()).isEqualTo("vendor=1");
    assertThat(answer.headers().firstValue("traceparent"))
        .hasValue("00-" + TRACE + "-" + hex(request.getSpanId()) + "-01");
    assertThat(attributes(request.getAttributesList()))
        .containsEntry("lynxeye.model", "fake")
        .containsEntry("lynxeye.version", "1")
        .containsEntry("lynxeye.outcome", "success")
        .containsEntry("lynxeye.request.id", answer.headers().firstValue("x-request-id").get())
        .containsEntry("http.response.status_code", "200");
  }

  @Test
  void stagesFollowEachOtherWithinTheRequest() {
    post("/score", "7", "01");

    List<Span> spans = spans();
    Span request = named(spans, "POST /score");
    Span decode = named(spans, "decode");
    Span queue = named(spans, "queue");
    Span engine = named(spans, "engine");
    assertThat(List.of(decode, queue, engine))
        .allSatisfy(
            stage -> {
              assertThat(stage.getTraceId()).isEqualTo(request.getTraceId());
              assertThat(stage.getParentSpanId()).isEqualTo(request.getSpanId());
            });
    assertThat(
            List.of(
                request.getStartTimeUnixNano(),
                decode.getStartTimeUnixNano(),
                decode.getEndTimeUnixNano(),
                engine.getStartTimeUnixNano(),
                engine.getEndTimeUnixNano(),
                request.getEndTimeUnixNano()))
        .isSorted();
    assertThat(decode.getEndTimeUnixNano()).isEqualTo(queue.getStartTimeUnixNano());
    assertThat(queue.getEndTimeUnixNano()).isEqualTo(engine.getStartTimeUnixNano());
    assertThat(attributes(engine.getAttributesList())).containsEntry("lynxeye.batch.size", "1");
  }

  @Test
  void startsATraceWithoutAClientsOne() {
    HttpResponse<String> answer = server.post("/predictions/fake", "7");

    Span request = named(spans(), "POST /predictions/fake");
    assertThat(request.getParentSpanId().isEmpty()).isTrue();
    assertThat(answer.headers().firstValue("traceparent"))
        .hasValue("00-" + hex(request.getTraceId()) + "-" + hex(request.getSpanId()) + "-01");
  }

  @Test
  void anUnsampledTraceIsNotSent() {
    post("/score", "7", "00");
    server.post("/predictions/other-model", "7");

    assertThat(spans())
        .extracting(span -> hex(span.getTraceId()))
        .isNotEmpty()
        .doesNotContain(TRACE);
  }

  @Test
  void onlyErrorsOfTheServerAreErrorSpans() {
    post("/score", "crash", "01");
    post("/score", "bad", "01");
    post("/predictions/anything", "7", "01");

    List<Span> spans = spans();
    assertThat(spans)
        .extracting(Span::getName)
        .containsExactly("POST /score", "POST /score", "POST djl");
    assertThat(spans)
        .extracting(span -> span.getStatus().getCode())
        .containsExactly(
            Status.StatusCode.STATUS_CODE_ERROR,
            Status.StatusCode.STATUS_CODE_UNSET,
            Status.StatusCode.STATUS_CODE_UNSET);
  }

  @Test
  void otherRequestsHaveNoSpans() {
    server.get("/ping");
    server.get("/score");
    server.post("/score", "7");

    assertThat(spans()).hasSize(4);
  }

  @Test
  void theServiceHasAName() {
    server.post("/score", "7");
    spans();

    Resource resource = received.get(0).getResourceSpans(0).getResource();
    assertThat(attributes(resource.getAttributesList())).containsEntry("service.name", "lynxeye");
  }

  @Test
  void anUnreachableCollectorAffectsNoRequest() {
    collector.stop(0);

    assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
    assertThat(spans()).isEmpty();
  }

  @Test
  void theEnvironmentCanEnableIt() {
    assertThat(Tracing.isAskedForBy(Map.of())).isFalse();
    assertThat(Tracing.isAskedForBy(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ""))).isFalse();
    assertThat(Tracing.isAskedForBy(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x"))).isTrue();
    assertThat(Tracing.isAskedForBy(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://x")))
        .isTrue();
  }
}
