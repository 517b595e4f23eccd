package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * One layer of the Keras graph: its type, its configuration and the layers it reads from. The
 * accessors name the layer in every error.
 */
record Layer(String name, String type, JsonObject config, List<String> inputs) {

  String text(String key, String absent) throws InvalidModelException {
    JsonElement value = config.get(key);
    if (value == null || value.isJsonNull()) {
      return absent;
    }
    if (!value.isJsonPrimitive()) {
      throw unsupported(key);
    }
    return value.getAsString();
  }

  boolean flag(String key, boolean absent) throws InvalidModelException {
    return switch (text(key, Boolean.toString(absent))) {
      case "true" -> true;
      case "false" -> false;
      default -> throw unsupported(key);
    };
  }

  double number(String key) throws InvalidModelException {
    try {
      return Double.parseDouble(text(key, ""));
    } catch (NumberFormatException e) {
      throw unsupported(key);
    }
  }

  int positive(String key) throws InvalidModelException {
    return positive(key, config.get(key));
  }

  /** Two positive whole numbers, as for strides; {@code absent} is the default. */
  int[] pair(String key, int... absent) throws InvalidModelException {
    JsonElement value = config.get(key);
    if (value == null && absent.length == 2) {
      return absent;
    }
    if (value == null || !value.isJsonArray() || value.getAsJsonArray().size() != 2) {
      throw unsupported(key);
    }
    JsonArray array = value.getAsJsonArray();
    return new int[] {positive(key, array.get(0)), positive(key, array.get(1))};
  }

  /** Refuses the layer unless the key has this value or is missing. */
  void require(String key, String value) throws InvalidModelException {
    if (!text(key, value).equals(value)) {
      throw unsupported(key);
    }
  }

  InvalidModelException unsupported(String key) {
    return problem("has an unsupported " + key + ": " + config.get(key));
  }

  InvalidModelException problem(String what) {
    return new InvalidModelException("Layer " + name + " (" + type + ") " + what + ".");
  }

  private int positive(String key, JsonElement value) throws InvalidModelException {
    try {
      int number = value == null ? 0 : value.getAsBigDecimal().intValueExact();
      if (number > 0) {
        return number;
      }
    } catch (RuntimeException e) {
      // Not a number, not a whole one or too large: reported below.
    }
    throw unsupported(key);
  }
}
