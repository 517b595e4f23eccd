package io.lynxeye.serving.layout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads JSON as maps, lists, texts, numbers and booleans; null as null. */
final class JsonText {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonText() {}

  /**
   * The object that a file holds.
   *
   * @throws UnusableException when it is no JSON object
   */
  static Map<?, ?> object(ModelFolder folder, String file) throws IOException, UnusableException {
    try (JsonParser parser = FACTORY.createParser(folder.text(file))) {
      parser.nextToken();
      if (value(parser) instanceof Map<?, ?> object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new UnusableException(
          "%s is not JSON (%s): copy it again".formatted(file, e.getOriginalMessage()));
    }
    throw new UnusableException(file + " is not a JSON object: copy it again");
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> object = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        object.put(name, value(parser));
      }
      return object;
    }
    if (token == JsonToken.START_ARRAY) {
      List<Object> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(value(parser));
      }
      return list;
    }
    if (token == null || token == JsonToken.VALUE_NULL) {
      return null;
    }
    return token.isNumeric()
        ? (Object) parser.getDoubleValue()
        : token.isBoolean() ? (Object) parser.getBooleanValue() : parser.getText();
  }

  /** The labels of an object from indices to labels, if the indices are 0, 1, 2, ... */
  static Optional<List<String>> labels(Map<?, ?> byIndex) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < byIndex.size(); i++) {
      Object label = byIndex.get(Integer.toString(i));
      if (label instanceof List<?> pair && !pair.isEmpty()) {
        label = pair.get(pair.size() - 1); // An id of WordNet and a word.
      }
      if (!(label instanceof String text)) {
        return Optional.empty();
      }
      labels.add(text);
    }
    return labels.isEmpty() ? Optional.empty() : Optional.of(labels);
  }
}
