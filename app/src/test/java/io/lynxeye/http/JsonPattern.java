package io.lynxeye.http;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** JSON in which {@code "*"} matches any value and {@code "..."} any further elements or fields. */
final class JsonPattern {

  private static final String ANY = "*";
  private static final String REST = "...";
  private static final double NEARLY = 1e-6;

  private JsonPattern() {}

  static boolean matches(String pattern, String json) {
    return matches(Json.decodeValue(pattern), Json.decodeValue(json));
  }

  private static boolean matches(Object pattern, Object value) {
    if (ANY.equals(pattern)) {
      return value != null;
    }
    if (pattern instanceof JsonObject object) {
      return value instanceof JsonObject other && matches(object, other);
    }
    if (pattern instanceof JsonArray array) {
      return value instanceof JsonArray other && matches(array, other);
    }
    if (pattern instanceof Number number) {
      return value instanceof Number other
          && Math.abs(number.doubleValue() - other.doubleValue()) < NEARLY;
    }
    return pattern == null ? value == null : pattern.equals(value);
  }

  private static boolean matches(JsonObject pattern, JsonObject value) {
    boolean isOpen = pattern.containsKey(REST);
    int wanted = pattern.size() - (isOpen ? 1 : 0);
    return (isOpen ? value.size() >= wanted : value.size() == wanted)
        && pattern.fieldNames().stream()
            .filter(name -> !name.equals(REST))
            .allMatch(
                name ->
                    value.containsKey(name)
                        && matches(pattern.getValue(name), value.getValue(name)));
  }

  private static boolean matches(JsonArray pattern, JsonArray value) {
    boolean isOpen = !pattern.isEmpty() && REST.equals(pattern.getValue(pattern.size() - 1));
    int wanted = pattern.size() - (isOpen ? 1 : 0);
    if (isOpen ? value.size() < wanted : value.size() != wanted) {
      return false;
    }
    for (int i = 0; i < wanted; i++) {
      if (!matches(pattern.getValue(i), value.getValue(i))) {
        return false;
      }
    }
    return true;
  }
}
