package io.lynxeye.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.lynxeye.lifecycle.ModelOutput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Outputs as they are, as JSON: one picture's row with its leading dimension, {@code [[0.5, 1.5]]};
 * of several outputs an object of these by name.
 *
 * @param names which
 */
record TensorOutput(List<String> names) implements OutputAdapter {

  /** What can be written as JSON, in TensorFlow's words. */
  static final List<String> TYPES =
      List.of("float", "double", "int32", "int64", "int8", "uint8", "bool");

  /** For one picture: a mask of 512 x 512. Text takes some ten bytes a number. */
  static final long MAX_NUMBERS = 512 * 512;

  private static final String JSON = "application/json";

  /** One output's values, by their place. */
  private record Values(Shape shape, int perRow, IntFunction<String> at) {}

  @Override
  public List<ModelOutput> rows(NDList outputs, int count) {
    List<Values> all = names.stream().map(name -> values(outputs.get(name), count)).toList();
    List<ModelOutput> rows = new ArrayList<>(count);
    for (int row = 0; row < count; row++) {
      rows.add(new ModelOutput.Content(JSON, json(all, row).getBytes(StandardCharsets.US_ASCII)));
    }
    return rows;
  }

  private String json(List<Values> all, int row) {
    StringBuilder json = new StringBuilder();
    if (all.size() == 1) {
      return append(json, all.get(0), row).toString();
    }
    for (int i = 0; i < all.size(); i++) {
      json.append(i == 0 ? '{' : ',').append(quoted(names.get(i))).append(':');
      append(json, all.get(i), row);
    }
    return json.append('}').toString();
  }

  private static StringBuilder append(StringBuilder json, Values values, int row) {
    json.append('[');
    append(json, values, 1, row * values.perRow, values.perRow);
    return json.append(']');
  }

  /** The part of {@code length} values from {@code offset} on, of dimension {@code depth} down. */
  private static void append(StringBuilder json, Values values, int depth, int offset, int length) {
    if (depth == values.shape.dimension()) {
      json.append(values.at.apply(offset));
      return;
    }
    int parts = (int) values.shape.get(depth);
    json.append('[');
    for (int i = 0; i < parts; i++) {
      if (i > 0) {
        json.append(',');
      }
      append(json, values, depth + 1, offset + i * (length / parts), length / parts);
    }
    json.append(']');
  }

  private static Values values(NDArray array, int count) {
    Shape shape = array.getShape();
    if (shape.dimension() == 0 || shape.get(0) != count || shape.size() / count > MAX_NUMBERS) {
      throw new IllegalStateException(
          "the model's output " + array.getName() + " is " + shape + " for " + count + " pictures");
    }
    ByteBuffer bytes = array.toByteBuffer().order(ByteOrder.nativeOrder());
    return new Values(shape, (int) (shape.size() / count), reader(bytes, array.getDataType()));
  }

  private static IntFunction<String> reader(ByteBuffer bytes, DataType type) {
    int start = bytes.position();
    return switch (type) {
      case FLOAT32 -> i -> number(bytes.getFloat(start + 4 * i));
      case FLOAT64 -> i -> number(bytes.getDouble(start + 8 * i));
      case INT32 -> i -> Integer.toString(bytes.getInt(start + 4 * i));
      case INT64 -> i -> Long.toString(bytes.getLong(start + 8 * i));
      case INT8 -> i -> Byte.toString(bytes.get(start + i));
      case UINT8 -> i -> Integer.toString(Byte.toUnsignedInt(bytes.get(start + i)));
      case BOOLEAN -> i -> Boolean.toString(bytes.get(start + i) != 0);
      default -> throw new IllegalStateException("the model's output is of type " + type);
    };
  }

  private static String number(float value) {
    requireNumber(Float.isFinite(value));
    return Float.toString(value);
  }

  private static String number(double value) {
    requireNumber(Double.isFinite(value));
    return Double.toString(value);
  }

  /** JSON has no word for infinity either. */
  private static void requireNumber(boolean isOne) {
    if (!isOne) {
      throw new IllegalStateException("the model's output holds values that are not numbers");
    }
  }

  private static String quoted(String name) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isPlain = c >= ' ' && c < 0x7f && c != '"' && c != '\\';
      quoted.append(isPlain ? Character.toString(c) : "\\u%04x".formatted((int) c));
    }
    return quoted.append('"').toString();
  }
}
