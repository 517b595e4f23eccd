package io.lynxeye.logging;

import java.util.HexFormat;
import java.util.Map;

/**
 * A JSON object on one line, written field by field. Whatever a text holds, it stays one line and
 * one string: control characters, line separators and lone surrogates are escaped.
 */
public final class JsonLine {

  private static final HexFormat HEX = HexFormat.of();
  private static final Map<Character, String> SHORT =
      Map.of('"', "\\\"", '\\', "\\\\", '\n', "\\n", '\r', "\\r", '\t', "\\t");

  private final StringBuilder text = new StringBuilder(512).append('{');

  /**
   * Adds a field.
   *
   * @param value a number or a truth value is written as such, null as null, the rest as text
   */
  public JsonLine put(String name, Object value) {
    begin(name);
    if (value == null || value instanceof Boolean || isFinite(value)) {
      text.append(value);
    } else {
      string(value.toString());
    }
    return this;
  }

  /**
   * Adds a field.
   *
   * @param json what is JSON already
   */
  public JsonLine putJson(String name, String json) {
    begin(name);
    text.append(json);
    return this;
  }

  private void begin(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    string(name);
    text.append(':');
  }

  private static boolean isFinite(Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue());
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      String escape = SHORT.get(c);
      if (escape != null) {
        text.append(escape);
      } else if (c >= ' ' && c <= '~') {
        text.append(c);
      } else {
        text.append("\\u").append(HEX.toHexDigits(c));
      }
    }
    text.append('"');
  }

  /** The object, without an end of line. */
  @Override
  public String toString() {
    return text + "}";
  }
}
