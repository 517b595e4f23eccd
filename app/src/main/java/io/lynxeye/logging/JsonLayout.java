package io.lynxeye.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import org.slf4j.event.KeyValuePair;

/**
 * A log event as one JSON object on one line: timestamp, level, logger, thread, message, what the
 * event has by name ({@code requestId}, {@code traceId}, ...), and its exception with the stack.
 */
public final class JsonLayout extends LayoutBase<ILoggingEvent> {

  private final ThrowableProxyConverter exceptions = new ThrowableProxyConverter();

  @Override
  public void start() {
    exceptions.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    JsonLine line =
        new JsonLine()
            .put("timestamp", event.getInstant())
            .put("level", event.getLevel())
            .put("logger", event.getLoggerName())
            .put("thread", event.getThreadName())
            .put("message", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        line.put(pair.key, pair.value);
      }
    }
    if (event.getThrowableProxy() != null) {
      line.put("exception", exceptions.convert(event));
    }
    return line + "\n";
  }
}
