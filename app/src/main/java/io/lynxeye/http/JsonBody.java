package io.lynxeye.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.lynxeye.model.InvalidInputException;
import java.io.IOException;

/** A request's body as JSON, read once from front to end: it may hold megabytes of pictures. */
final class JsonBody {

  /** As long as a body may be; and numbers as Python writes them, to be refused by name. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  /** What is done with one field of an object. */
  interface Field {

    /** The parser is at the field's value; at its end afterwards. */
    void read(String name, JsonParser json) throws IOException, InvalidInputException;
  }

  private JsonBody() {}

  /**
   * Reads the object in a body.
   *
   * @throws InvalidInputException when it is no JSON object, or what the fields throw
   */
  static void read(byte[] body, int length, Field fields) throws InvalidInputException {
    try (JsonParser json = FACTORY.createParser(body, 0, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException("the body is not a JSON object");
      }
      object(json, fields);
      if (json.nextToken() != null) {
        throw new InvalidInputException("the body goes on after its JSON object");
      }
    } catch (StreamReadException e) {
      throw new InvalidInputException(
          "the body is not well-formed JSON, at byte %d: correct it"
              .formatted(Math.max(0, e.getLocation().getByteOffset())));
    } catch (IOException e) { // Numbers no type can hold; a body in memory has no other.
      throw new InvalidInputException("the body has a value that cannot be read; correct it");
    }
  }

  /** Reads the object that the parser is at. A field that is null is as good as none. */
  static void object(JsonParser json, Field fields) throws IOException, InvalidInputException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_NULL) {
        fields.read(name, json);
      }
    }
  }

  /** The same, of a field that must be one. */
  static void object(String name, JsonParser json, Field fields)
      throws IOException, InvalidInputException {
    require(json.currentToken() == JsonToken.START_OBJECT, name, "an object");
    object(json, fields);
  }

  /** A string. */
  static String text(String name, JsonParser json) throws IOException, InvalidInputException {
    require(json.currentToken() == JsonToken.VALUE_STRING, name, "a string");
    return json.getText();
  }

  /** A whole number that is not negative. */
  static long number(String name, JsonParser json) throws IOException, InvalidInputException {
    require(json.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "a whole number");
    long number = json.getLongValue();
    require(number >= 0, name, "a whole number that is not negative");
    return number;
  }

  static boolean flag(String name, JsonParser json) throws IOException, InvalidInputException {
    require(json.currentToken().isBoolean(), name, "true or false");
    return json.getBooleanValue();
  }

  /** Refuses a field that is not what it must be. */
  static void require(boolean isWanted, String name, String wanted) throws InvalidInputException {
    if (!isWanted) {
      throw new InvalidInputException("'" + name + "' must be " + wanted);
    }
  }
}
