package io.lynxeye.telemetry.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.lynxeye.config.LogFormat;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets the format of the log; {@code logback.xml} sets its destination and levels. */
public final class Logs {

  private Logs() {}

  /** Switches the log to this format. */
  public static void use(LogFormat format) {
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // For libraries that log through the JDK.
    SLF4JBridgeHandler.install();
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      use(format, context);
    }
  }

  /** Switches to JSON if requested; text is the default in {@code logback.xml}. */
  static void use(LogFormat format, LoggerContext context) {
    if (format == LogFormat.JSON) {
      context
          .getLogger(Logger.ROOT_LOGGER_NAME)
          .iteratorForAppenders()
          .forEachRemaining(
              appender -> {
                if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
                  console.setEncoder(json(context));
                }
              });
    }
  }

  private static LayoutWrappingEncoder<ILoggingEvent> json(LoggerContext context) {
    JsonLayout layout = new JsonLayout();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }
}
