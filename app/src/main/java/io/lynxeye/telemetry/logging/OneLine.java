package io.lynxeye.telemetry.logging;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A log event's message and its key-value pairs as {@code name=value}. Both may contain text from
 * clients, which can neither begin a new line nor imitate another pair.
 */
public final class OneLine extends ClassicConverter {

  @Override
  public String convert(ILoggingEvent event) {
    StringBuilder line = new StringBuilder();
    append(line, event.getFormattedMessage());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    for (KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
      line.append(' ').append(pair.key).append('=');
      value(line, String.valueOf(pair.value));
    }
    return line.toString();
  }

  private static void value(StringBuilder line, String value) {
    if (!value.isEmpty() && value.chars().allMatch(OneLine::isPlain)) {
      line.append(value);
    } else {
      line.append('"');
      append(line, value.replace("\\", "\\\\").replace("\"", "\\\""));
      line.append('"');
    }
  }

  private static boolean isPlain(int c) {
    return c > ' ' && c <= '~' && c != '"' && c != '=' && c != '\\';
  }

  private static void append(StringBuilder line, String text) {
    text.codePoints().forEach(c -> line.appendCodePoint(isBreak(c) ? ' ' : c));
  }

  private static boolean isBreak(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
