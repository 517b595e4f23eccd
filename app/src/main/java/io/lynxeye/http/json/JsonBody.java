package io.lynxeye.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.lynxeye.serving.model.InvalidInputException;
import java.io.IOException;

/** Reads a body as JSON, in one pass: it may hold megabytes of images. */
public final class JsonBody {

  /** Accepts strings of any length, and Python's NaN and Infinity, which get their own message. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  /** Reads one field of an object. */
  public interface Field {

    /** The parser is at the field's value, and at the end of the value afterwards. */
    void read(String name, JsonParser json) throws IOException, InvalidInputException;
  }

  private JsonBody() {}

  /**
   * Reads the object in a body.
   *
   * @throws InvalidInputException when it is not a JSON object, or when a field is invalid
   */
  public static void read(byte[] body, int length, Field fields) throws InvalidInputException {
    try (JsonParser json = FACTORY.createParser(body, 0, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException("the body is not a JSON object");
      }
      object(json, fields);
      if (json.nextToken() != null) {
        throw new InvalidInputException(
            "the body continues after its JSON object; send one object");
      }
    } catch (StreamReadException e) {
      throw new InvalidInputException(
          "the body is not well-formed JSON, at byte %d: correct it"
              .formatted(Math.max(0, e.getLocation().getByteOffset())));
    } catch (IOException e) { // A limit of the parser, such as on nesting.
      throw new InvalidInputException("the body has a value that cannot be read; correct it");
    }
  }

  /** Reads the object at the parser's position. Fields that are null are skipped. */
  public static void object(JsonParser json, Field fields)
      throws IOException, InvalidInputException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_NULL) {
        fields.read(name, json);
      }
    }
  }

  /** Reads a field that must be an object. */
  public static void object(String name, JsonParser json, Field fields)
      throws IOException, InvalidInputException {
    require(json.currentToken() == JsonToken.START_OBJECT, name, "an object");
    object(json, fields);
  }

  /** Reads a string. */
  public static String text(String name, JsonParser json)
      throws IOException, InvalidInputException {
    require(json.currentToken() == JsonToken.VALUE_STRING, name, "a string");
    return json.getText();
  }

  /** Reads a non-negative integer. */
  public static long number(String name, JsonParser json)
      throws IOException, InvalidInputException {
    require(json.currentToken() == JsonToken.VALUE_NUMBER_INT, name, "a whole number");
    long number = json.getLongValue();
    require(number >= 0, name, "a whole number that is not negative");
    return number;
  }

  /** Reads a boolean. */
  public static boolean flag(String name, JsonParser json)
      throws IOException, InvalidInputException {
    require(json.currentToken().isBoolean(), name, "true or false");
    return json.getBooleanValue();
  }

  /** Checks a condition that a field must satisfy. */
  public static void require(boolean isValid, String name, String expected)
      throws InvalidInputException {
    if (!isValid) {
      throw new InvalidInputException("'" + name + "' must be " + expected);
    }
  }
}
