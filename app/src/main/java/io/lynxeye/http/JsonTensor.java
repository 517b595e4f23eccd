package io.lynxeye.http;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.tensors.TensorInputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor as JSON has it: arrays in arrays, of numbers or of the files of pictures. Read piece by
 * piece straight off the parser; its shape is that of the arrays, which must be even.
 */
final class JsonTensor {

  /** How a picture's file is written, which is no text. */
  enum Files {
    /** {@code {"b64": "..."}}; a plain string is text. */
    B64_OBJECTS,
    /** Any string is base64. */
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

  JsonTensor(Files form) {
    this.form = form;
    Arrays.fill(sizes, UNKNOWN);
  }

  /**
   * Reads the value that the parser is at.
   *
   * @param depth how many arrays it is in
   */
  void read(JsonParser json, int depth) throws IOException, InvalidInputException {
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
          "a tensor has a value that is neither a number nor a picture: " + token.asString());
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

  /** Reads a picture's file and the end of the object it is in; the parser is at its only name. */
  void readB64(JsonParser json, int depth) throws IOException, InvalidInputException {
    requireB64(json.nextToken() == JsonToken.VALUE_STRING);
    addFile(base64(json), depth);
    requireB64(json.nextToken() == JsonToken.END_OBJECT);
  }

  private static void requireB64(boolean isOne) throws InvalidInputException {
    if (!isOne) {
      throw new InvalidInputException(
          "a picture is an object with one string in base64: {\"b64\": \"...\"}");
    }
  }

  private static byte[] base64(JsonParser json) throws IOException, InvalidInputException {
    try {
      return json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
    } catch (StreamReadException e) {
      throw new InvalidInputException("a picture is not in base64; encode its file's bytes");
    }
  }

  /** A picture that no JSON told. */
  void add(byte[] file) {
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

  /** An array has ended that {@link #read} did not see begin. */
  void endArray(int depth, int length) throws InvalidInputException {
    requireEven(
        (rank == UNKNOWN || depth < rank) && (sizes[depth] == UNKNOWN || sizes[depth] == length));
    sizes[depth] = length;
  }

  private static void requireEven(boolean isEven) throws InvalidInputException {
    if (!isEven) {
      throw new InvalidInputException(
          "a tensor's arrays must be even: as long and as deep as each other, of one kind of value");
    }
  }

  /** The arrays' lengths from outside in; empty for a single value. */
  List<Long> shape() {
    return Arrays.stream(sizes).takeWhile(size -> size != UNKNOWN).boxed().toList();
  }

  boolean isOfFiles() {
    return !files.isEmpty();
  }

  List<byte[]> files() {
    return files;
  }

  float[] values() {
    return count == values.length ? values : Arrays.copyOf(values, count);
  }
}
