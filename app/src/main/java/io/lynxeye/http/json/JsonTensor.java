package io.lynxeye.http.json;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Numbers;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.TensorInputs;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor in JSON: nested arrays of numbers, booleans or strings. It is read token by token from
 * the parser, straight into the elements' type. Its shape is that of the arrays, which must all
 * have the same length and depth.
 */
public final class JsonTensor {

  /** What a JSON string stands for. */
  public enum Strings {
    /** Text; bytes are written as {@code {"b64": "..."}}. */
    TEXT,
    /** Bytes in base64. */
    BASE64
  }

  private static final int MAX_RANK = TensorInputs.MAX_RANK;
  private static final int UNKNOWN = -1;
  private static final String B64 = "b64";
  private static final BigInteger MOST_UNSIGNED =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

  private final Strings form;
  private final Datatype type;
  private final long[] sizes = new long[MAX_RANK];
  private final List<byte[]> strings = new ArrayList<>();
  private ByteBuffer values = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
  private int rank = UNKNOWN;

  /**
   * @param type of the numbers; if it is BYTES, numbers are read as floats
   */
  public JsonTensor(Strings form, Datatype type) {
    this.form = form;
    this.type = type == Datatype.BYTES ? Datatype.FP32 : type;
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
    } else if (token == JsonToken.START_OBJECT && form == Strings.TEXT) {
      requireB64(json.nextToken() == JsonToken.FIELD_NAME && json.currentName().equals(B64));
      readB64(json, depth);
    } else if (token == JsonToken.VALUE_STRING) {
      addString(string(json), depth);
    } else if (token.isNumeric()) {
      addNumber(json, depth);
    } else if (token.isBoolean() && type == Datatype.BOOL) {
      element(depth);
      values.put((byte) (json.getBooleanValue() ? 1 : 0));
    } else {
      throw new InvalidInputException(
          "a tensor has a value that is neither a number nor a string: " + token.asString());
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

  private byte[] string(JsonParser json) throws IOException, InvalidInputException {
    return form == Strings.BASE64 ? base64(json) : text(json.getText());
  }

  private static byte[] text(String text) throws InvalidInputException {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      return exact;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          "a string has half of a surrogate pair; send whole characters");
    }
  }

  /** Reads a string and the end of its object. The parser is at the name in the object. */
  public void readB64(JsonParser json, int depth) throws IOException, InvalidInputException {
    requireB64(json.nextToken() == JsonToken.VALUE_STRING);
    addString(base64(json), depth);
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
      throw new InvalidInputException(
          "a string is not in base64; encode the bytes of the image or value");
    }
  }

  private void addString(byte[] string, int depth) throws InvalidInputException {
    requireEven(rank == UNKNOWN || (rank == depth && values.position() == 0));
    rank = depth;
    TensorInputs.add(strings, string);
  }

  private void element(int depth) throws InvalidInputException {
    requireEven(rank == UNKNOWN || (rank == depth && strings.isEmpty()));
    rank = depth;
    if (values.remaining() < type.bytes()) {
      int more = Math.multiplyExact(values.capacity(), 2);
      values = ByteBuffer.allocate(more).order(ByteOrder.LITTLE_ENDIAN).put(values.flip());
    }
  }

  private void addNumber(JsonParser json, int depth) throws IOException, InvalidInputException {
    element(depth);
    if (type == Datatype.FP64) {
      values.putDouble(finite(json.getDoubleValue()));
    } else if (type.isFloat()) {
      float value = (float) finite(json.getFloatValue());
      if (type == Datatype.FP16) {
        finite(Numbers.fromHalf(Numbers.toHalf(value)));
      }
      Numbers.put(type, values, value);
    } else {
      Numbers.put(type, values, integer(json));
    }
  }

  private static double finite(double value) throws InvalidInputException {
    if (!Double.isFinite(value)) {
      throw new InvalidInputException("a tensor has a value that is not a finite number");
    }
    return value;
  }

  private long integer(JsonParser json) throws IOException, InvalidInputException {
    boolean isInteger = json.currentToken() == JsonToken.VALUE_NUMBER_INT;
    if (isInteger && type == Datatype.UINT64) {
      BigInteger value = json.getBigIntegerValue();
      if (value.signum() >= 0 && value.compareTo(MOST_UNSIGNED) <= 0) {
        return value.longValue();
      }
    } else if (isInteger
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        && json.getLongValue() >= Numbers.least(type)
        && json.getLongValue() <= Numbers.most(type)) {
      return json.getLongValue();
    }
    throw new InvalidInputException(
        "a tensor of %s has the value %s; send whole numbers that fit"
            .formatted(type, json.getText()));
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

  public boolean isOfStrings() {
    return !strings.isEmpty();
  }

  /** The tensor, with the shape of the arrays. */
  public Tensor tensor(String name) {
    return tensor(name, shape());
  }

  /** The tensor, with another shape. */
  public Tensor tensor(String name, List<Long> shape) {
    return isOfStrings()
        ? Tensor.ofStrings(name, shape, strings)
        : Tensor.of(name, type, shape, values.duplicate().flip());
  }
}
