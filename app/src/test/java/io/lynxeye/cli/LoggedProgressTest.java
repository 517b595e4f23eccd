package io.lynxeye.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lynxeye.importers.Progress;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggedProgressTest {

  @Test
  void aStepIsAnEventAtTheBeginningAndOneAtTheEnd() {
    Logger logger = (Logger) LoggerFactory.getLogger(LoggedProgress.class);
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    logger.addAppender(events);
    try (Progress.Step step = new LoggedProgress().begin("loading", 100)) {
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
}
