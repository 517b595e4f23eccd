package io.lynxeye.importers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A JSON object in which every key must be read: a misspelt key is an error, not ignored. */
final class StrictJson {
  private final JsonObject object;
  private final Set<String> read = new HashSet<>();

  private StrictJson(JsonElement element) {
    this.object = element.getAsJsonObject();
  }

  static StrictJson parse(String json) {
    return new StrictJson(JsonParser.parseString(json));
  }

  boolean has(String key) {
    return object.has(key);
  }

  String text(String key) {
    return value(key).getAsString();
  }

  long number(String key) {
    return value(key).getAsBigDecimal().longValueExact();
  }

  List<Float> floats(String key) {
    return value(key).getAsJsonArray().asList().stream().map(JsonElement::getAsFloat).toList();
  }

  StrictJson object(String key) {
    return new StrictJson(value(key));
  }

  List<StrictJson> objects(String key) {
    return value(key).getAsJsonArray().asList().stream().map(StrictJson::new).toList();
  }

  void requireAllRead() {
    Set<String> unknown = new HashSet<>(object.keySet());
    unknown.removeAll(read);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("unknown keys " + unknown);
    }
  }

  private JsonElement value(String key) {
    read.add(key);
    if (!object.has(key)) {
      throw new IllegalArgumentException("missing key " + key + " in " + object);
    }
    return object.get(key);
  }
}
