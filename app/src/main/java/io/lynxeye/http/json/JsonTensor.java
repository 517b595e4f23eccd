package io.lynxeye.http.json;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.TensorInputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor in JSON: nested arrays of numbers or of image files. It is read token by token from the
 * parser. Its shape is that of the arrays, which must all have the same length and depth.
 */
public final class JsonTensor {

  /** How the bytes of an image file are written. */
  public enum Files {
    /** As {@code {"b64": "..."}}; a plain string is text. */
    B64_OBJECTS,
    /** As a string, which is always base64. */
    BASE64_STRINGS
  }

  private static final int MAX_RANK = TensorInputs.MAX_RANK;
  private static final int UNKNOWN = -1;
  private static final String B64 = "b64";

  private final Files form;
  private final long[] sizes = new long[MAX_RANK];
  private final List<byte[]> files = new ArrayList<>();
  private float[] values = new float[1024];
  private int count;
  private int rank = UNKNOWN;

  public JsonTensor(Files form) {
    this.form = form;
    Arrays.fill(sizes, UNKNOWN);
  }

  /**
   * Reads the value at the parser's position.
   *
   * @param depth the number of arrays around it
   */
  public void read(JsonParser json, int depth) throws IOException, InvalidInputException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_ARRAY) {
      readArray(json, depth);
    } else if (token == JsonToken.START_OBJECT && form == Files.B64_OBJECTS) {
      requireB64(json.nextToken() == JsonToken.FIELD_NAME && json.currentName().equals(B64));
      readB64(json, depth);
    } else if (token == JsonToken.VALUE_STRING) {
      addFile(
          form == Files.BASE64_STRINGS
              ? base64(json)
              : json.getText().getBytes(StandardCharsets.UTF_8),
          depth);
    } else if (token.isNumeric()) {
      addNumber(json.getFloatValue(), depth);
    } else {
      throw new InvalidInputException(
          "a tensor has a value that is neither a number nor an image: " + token.asString());
    }
  }

  private void readArray(JsonParser json, int depth) throws IOException, InvalidInputException {
    if (depth >= MAX_RANK) {
      throw new InvalidInputException("a tensor has more than " + MAX_RANK + " dimensions");
    }
    int length = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      read(json, depth + 1);
      length++;
    }
    endArray(depth, length);
  }

  /** Reads an image file and the end of its object. The parser is at the name in the object. */
  public void readB64(JsonParser json, int depth) throws IOException, InvalidInputException {
    requireB64(json.nextToken() == JsonToken.VALUE_STRING);
    addFile(base64(json), depth);
    requireB64(json.nextToken() == JsonToken.END_OBJECT);
  }

  private static void requireB64(boolean isOne) throws InvalidInputException {
    if (!isOne) {
      throw new InvalidInputException(
          "an image is an object with one string in base64: {\"b64\": \"...\"}");
    }
  }

  private static byte[] base64(JsonParser json) throws IOException, InvalidInputException {
    try {
      return json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
    } catch (StreamReadException e) {
      throw new InvalidInputException("an image is not in base64; encode the bytes of its file");
    }
  }

  /** Adds an image that was not in JSON. */
  public void add(byte[] file) {
    files.add(file);
  }

  private void addFile(byte[] file, int depth) throws InvalidInputException {
    requireEven(rank == UNKNOWN || (rank == depth && count == 0));
    rank = depth;
    TensorInputs.add(files, file);
  }

  private void addNumber(float value, int depth) throws InvalidInputException {
    requireEven(rank == UNKNOWN || (rank == depth && files.isEmpty()));
    if (!Float.isFinite(value)) {
      throw new InvalidInputException("a tensor has a value that is not a finite number");
    }
    rank = depth;
    if (count == values.length) {
      values = Arrays.copyOf(values, Math.addExact(count, count));
    }
    values[count++] = value;
  }

  /** Ends an array that {@link #read} did not begin. */
  public void endArray(int depth, int length) throws InvalidInputException {
    requireEven(
        (rank == UNKNOWN || depth < rank) && (sizes[depth] == UNKNOWN || sizes[depth] == length));
    sizes[depth] = length;
  }

  private static void requireEven(boolean isEven) throws InvalidInputException {
    if (!isEven) {
      throw new InvalidInputException(
          "the arrays of a tensor must have the same length, depth and kind of value");
    }
  }

  /** The lengths of the arrays, outermost first; empty for a single value. */
  public List<Long> shape() {
    return Arrays.stream(sizes).takeWhile(size -> size != UNKNOWN).boxed().toList();
  }

  public boolean isOfFiles() {
    return !files.isEmpty();
  }

  public List<byte[]> files() {
    return files;
  }

  public float[] values() {
    return count == values.length ? values : Arrays.copyOf(values, count);
  }
}
