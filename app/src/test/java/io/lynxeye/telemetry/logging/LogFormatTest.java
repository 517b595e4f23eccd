package io.lynxeye.telemetry.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lynxeye.config.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

/** The server's logback.xml, unchanged and switched to JSON. */
class LogFormatTest {

  private static final String FORGED = "12:00:00.000 INFO  model is available";

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void configure() throws Exception {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    context.setMDCAdapter(new LogbackMDCAdapter()); // Log events use it.
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Logs.class.getResource("/logback.xml"));
  }

  @AfterEach
  void restore() {
    context.stop();
    System.setErr(before);
  }

  private List<String> lines(LogFormat format, String logger, Consumer<Logger> log) {
    Logs.use(format, context);
    log.accept(context.getLogger(logger));
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void theTextFormatIsReadable() {
    List<String> lines =
        lines(
            LogFormat.TEXT,
            "io.lynxeye.Any",
            log -> log.atWarn().addKeyValue("requestId", "a b").addKeyValue("n", 1).log("what"));

    assertThat(lines).singleElement().asString().endsWith(" WARN  what requestId=\"a b\" n=1");
  }

  @Test
  void textOfAClientCanNeitherBeginALineNorImitateAPair() {
    List<String> lines =
        lines(
            LogFormat.TEXT,
            "io.lynxeye.Any",
            log ->
                log.atInfo()
                    .addKeyValue("path", "/x\" status=200 \u2028" + FORGED)
                    .log("no model '" + "a\r\n\u0085\u001b[2J" + FORGED + "'"));

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .contains("path=\"/x\\\" status=200  " + FORGED + "\"")
        .doesNotContain("\u001b", "\u0085", "\u2028");
  }

  @Test
  void theJsonFormatHasOneObjectPerLine() {
    Throwable failure = new IllegalStateException("first\nsecond");
    List<String> lines =
        lines(
            LogFormat.JSON,
            "io.lynxeye.Any",
            log -> {
              log.atError().addKeyValue("requestId", "id").setCause(failure).log("a\n" + FORGED);
              log.info("{} is available", "m/1");
            });

    assertThat(lines).hasSize(2);
    JsonObject error = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    assertThat(Instant.parse(error.get("timestamp").getAsString())).isAfter(Instant.EPOCH);
    assertThat(error.get("level").getAsString()).isEqualTo("ERROR");
    assertThat(error.get("logger").getAsString()).isEqualTo("io.lynxeye.Any");
    assertThat(error.get("thread").getAsString()).isEqualTo(Thread.currentThread().getName());
    assertThat(error.get("message").getAsString()).isEqualTo("a\n" + FORGED);
    assertThat(error.get("requestId").getAsString()).isEqualTo("id");
    assertThat(error.get("exception").getAsString())
        .contains(
            "IllegalStateException: first\nsecond",
            "at io.lynxeye.telemetry.logging.LogFormatTest");
    JsonObject info = JsonParser.parseString(lines.get(1)).getAsJsonObject();
    assertThat(info.get("message").getAsString()).isEqualTo("m/1 is available");
    assertThat(info.has("exception")).isFalse();
  }

  @Test
  void theAccessLogIsEnabled() {
    assertThat(lines(LogFormat.TEXT, "access", log -> log.info("access"))).hasSize(1);
  }
}
