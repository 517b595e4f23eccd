package io.lynxeye.telemetry.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import org.slf4j.event.KeyValuePair;

/**
 * A log event as one JSON object on one line: timestamp, level, logger, thread, message, the
 * event's key-value pairs ({@code requestId}, {@code traceId}, ...) and its exception with the
 * stack trace.
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
    return JsonLine.of(
            json -> {
              json.writeStringField("timestamp", event.getInstant().toString());
              json.writeStringField("level", event.getLevel().toString());
              json.writeStringField("logger", event.getLoggerName());
              json.writeStringField("thread", event.getThreadName());
              json.writeStringField("message", event.getFormattedMessage());
              if (event.getKeyValuePairs() != null) {
                for (KeyValuePair pair : event.getKeyValuePairs()) {
                  JsonLine.field(json, pair.key, pair.value);
                }
              }
              if (event.getThrowableProxy() != null) {
                json.writeStringField("exception", exceptions.convert(event));
              }
            })
        + "\n";
  }
}
