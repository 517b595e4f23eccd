package io.lynxeye.telemetry.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lynxeye.server.RawConnection;
import io.lynxeye.server.Telemetry;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The access log of a running server, in both formats. */
class AccessLogTest {

  private static final String SECRET = "s3cr3t-0f-a-cust0mer";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  /** Renders every event both ways, on the thread that logs it. */
  private static final class Rendered extends AppenderBase<ILoggingEvent> {

    final List<String> text = new CopyOnWriteArrayList<>();
    final List<String> json = new CopyOnWriteArrayList<>();
    private final JsonLayout layout = new JsonLayout();
    private final OneLine line = new OneLine();

    @Override
    public void start() {
      layout.start();
      super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      text.add(line.convert(event));
      json.add(layout.doLayout(event));
    }
  }

  private final Rendered log = new Rendered();
  private final Logger root = logger(Logger.ROOT_LOGGER_NAME);

  @AutoClose
  private final TestServer server =
      TestServer.ready(Settings.DEFAULT, new Telemetry(List.of(new AccessLog())));

  private static Logger logger(String name) {
    return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(name);
  }

  @BeforeEach
  void attach() {
    logger("access").setLevel(Level.INFO);
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void detach() {
    root.detachAppender(log);
    logger("access").setLevel(null);
  }

  private JsonObject only() {
    return lines(1).get(0);
  }

  private List<JsonObject> lines(int count) {
    Awaitility.await().until(() -> access().size() >= count);
    assertThat(access()).hasSize(count);
    return access();
  }

  private List<JsonObject> access() {
    return log.json.stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(line -> line.get("logger").getAsString().equals("access"))
        .toList();
  }

  private static HttpRequest.Builder post(HttpRequest.Builder request, String body) {
    return request.POST(BodyPublishers.ofString(body));
  }

  @Test
  void aScoredImageHasItsModelAndItsTimes() {
    server.send(
        post(server.request("/predictions/fake?topK=1"), "7")
            .header("x-request-id", "mine")
            .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"));

    JsonObject line = only();
    assertThat(line.get("method").getAsString()).isEqualTo("POST");
    assertThat(line.get("path").getAsString()).isEqualTo("/predictions/fake");
    assertThat(line.get("status").getAsInt()).isEqualTo(200);
    assertThat(line.get("bytes").getAsLong()).isEqualTo(1);
    assertThat(line.get("totalMs").getAsDouble()).isPositive();
    assertThat(line.get("protocol").getAsString()).isEqualTo("djl");
    assertThat(line.get("model").getAsString()).isEqualTo("fake");
    assertThat(line.get("version").getAsString()).isEqualTo("1");
    assertThat(line.get("outcome").getAsString()).isEqualTo("success");
    assertThat(line.keySet()).contains("decodeMs", "queueMs", "engineMs").doesNotContain("reason");
    assertThat(line.get("requestId").getAsString()).isEqualTo("mine");
    assertThat(line.get("traceId").getAsString()).isEqualTo(TRACE);
  }

  @Test
  void everyRequestHasOneLine() throws Exception {
    server.get("/ping");
    server.get("/score");
    server.post("/score", "bad");
    server.post("/nowhere", "7");
    try (RawConnection connection = server.connect()) {
      connection.write("GET /%zz HTTP/1.1\nHost: x\n\n").read();
    }

    assertThat(lines(5))
        .extracting(line -> line.get("status").getAsInt())
        .containsExactly(200, 405, 400, 404, 400);
    assertThat(lines(5).stream().filter(line -> line.has("outcome")))
        .singleElement()
        .extracting(line -> line.get("outcome").getAsString())
        .isEqualTo("invalid");
  }

  @Test
  void aFailureHasTheIdsOfItsRequest() {
    server.send(post(server.request("/score").header("x-request-id", "mine"), "crash"));

    Awaitility.await().until(() -> access().size() == 1);
    JsonObject error =
        log.json.stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .filter(line -> line.get("level").getAsString().equals("ERROR"))
            .findFirst()
            .orElseThrow();
    assertThat(error.get("requestId").getAsString()).isEqualTo("mine");
    assertThat(error.get("traceId")).isEqualTo(access().get(0).get("traceId"));
    assertThat(error.get("exception").getAsString()).contains("secret detail of the engine");
  }

  @Test
  void keysAreNeverLogged() throws Exception {
    List<String> bodies = List.of("7", "bad", "crash", "");
    for (String body : bodies) {
      for (String path : List.of("/score", "/predictions/fake", "/predictions/none", "/nowhere")) {
        server.send(
            post(server.request(path + "?key=" + SECRET + "&topK=" + SECRET), body)
                .header("Authorization", "Bearer " + SECRET)
                .header("x-api-key", SECRET)
                .header("api-key", SECRET)
                .header("Cookie", "key=" + SECRET)
                .header("x-request-timeout-ms", SECRET)
                .header("tracestate", "a=" + SECRET)
                .header("traceparent", SECRET));
      }
    }
    try (RawConnection connection = server.connect()) {
      connection
          .write("GET /%zz?key=" + SECRET + " HTTP/1.1\nHost: x\nAuthorization: " + SECRET + "\n\n")
          .read();
    }
    try (RawConnection connection = server.connect()) {
      connection.write("GET /x?key=" + SECRET + " nonsense\nAuthorization: " + SECRET + "\n\n");
      connection.read();
    }

    Awaitility.await().until(() -> access().size() == 4 * bodies.size() + 2);
    assertThat(log.json).noneMatch(line -> line.contains(SECRET));
    assertThat(log.text).noneMatch(line -> line.contains(SECRET));
  }

  @Test
  void aClientCannotForgeALine() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection
          .write("POST /a%0astatus=200\"b HTTP/1.1\nHost: x\nx-request-id: c\" status=200\n\n")
          .read();
    }

    lines(1);
    assertThat(log.text).allMatch(line -> line.lines().count() == 1);
    assertThat(log.text).anyMatch(line -> line.contains("requestId=\"c\\\" status=200\""));
  }

  @Test
  void aLongPathIsTruncated() {
    server.get("/" + "x".repeat(1000));

    assertThat(only().get("path").getAsString()).hasSize(203).endsWith("...");
  }
}
