package io.lynxeye.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.importers.download.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ConsoleProgressTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private Progress progress(boolean terminal) {
    return ConsoleProgress.on(new PrintStream(written, true, StandardCharsets.UTF_8), terminal);
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void inAPipeAStepIsALineAtTheStartAndOneAtTheEnd() {
    try (Progress.Step step = progress(false).begin("loading", 100)) {
      step.advance(50);
      assertThat(written()).isEqualTo(String.format("loading ...%n"));
    }

    assertThat(written().lines().skip(1))
        .singleElement()
        .asString()
        .matches("loading: \\d+\\.\\d s");
    assertThat(written()).doesNotContain("\r", "\u001b");
  }

  @Test
  void onATerminalABarRedrawsItself() {
    try (Progress.Step step = progress(true).begin("loading", 4 << 20)) {
      step.advance(2 << 20);
    }

    assertThat(written())
        .startsWith("\rloading [" + ".".repeat(30) + "]   0 % of 4 MB\u001b[K")
        .endsWith("s\u001b[K" + System.lineSeparator())
        .doesNotContain("...\n");
  }

  @Test
  void withoutATotalItShowsTheAmount() {
    try (Progress.Step step = progress(true).begin("warming up", -1)) {
      step.advance(1);
    }

    assertThat(written()).startsWith("\rwarming up 0\u001b[K");
  }

  @Test
  void inTheLogAStepIsAnEventAtTheStartAndOneAtTheEnd() {
    Logger logger = (Logger) LoggerFactory.getLogger(ConsoleProgress.class);
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    logger.addAppender(events);
    try (Progress.Step step = ConsoleProgress.inLog().begin("loading", 100)) {
      step.advance(50);
      assertThat(events.list).hasSize(1);
    } finally {
      logger.detachAppender(events);
    }

    assertThat(events.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("loading ..."),
            second -> assertThat(second).matches("loading: \\d+\\.\\d s"));
  }

  @Test
  void unpackingIsOneStepOfTheWholeSet() {
    NativeLibraries.Listener unpacking = ConsoleProgress.unpacking(progress(false), "CUDA");

    unpacking.unpacked(10, 30);
    unpacking.unpacked(30, 30);

    assertThat(written().lines())
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("unpacking CUDA ..."),
            second -> assertThat(second).startsWith("unpacking CUDA: "));
  }

  @Test
  void aStepEndsOnce() {
    Progress.Step step = progress(false).begin("loading", 100);

    step.close();
    step.close();

    assertThat(written().lines()).hasSize(2);
  }
}
