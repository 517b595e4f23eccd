package io.lynxeye.scoring;

import io.lynxeye.lifecycle.ModelOutput.Tensor;
import io.lynxeye.lifecycle.ModelOutput.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntFunction;

/** Tensors as text: numbers in nested arrays, or one after the other. */
public final class TensorJson {

  private TensorJson() {}

  /**
   * One picture's outputs: {@code [[0.5,1.5]]}, with the leading dimension; of several outputs an
   * object of these by name.
   */
  static String of(Tensors tensors) {
    List<Tensor> all = tensors.all();
    StringBuilder json = new StringBuilder();
    if (all.size() == 1) {
      return nested(json, all.get(0), 0).toString();
    }
    for (int i = 0; i < all.size(); i++) {
      json.append(i == 0 ? '{' : ',').append(quoted(all.get(i).spec().name())).append(':');
      nested(json, all.get(i), 0);
    }
    return json.append('}').toString();
  }

  /** One picture's row without the leading dimension: {@code [0.5,1.5]}. */
  public static String row(Tensor tensor) {
    return nested(new StringBuilder(), tensor, 1).toString();
  }

  /** One picture's numbers: {@code 0.5,1.5}. */
  public static String flat(Tensor tensor) {
    IntFunction<String> values = values(tensor);
    int count = Math.toIntExact(sizes(tensor).stream().reduce(1L, (a, b) -> a * b));
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < count; i++) {
      json.append(i == 0 ? "" : ",").append(values.apply(i));
    }
    return json.toString();
  }

  private static StringBuilder nested(StringBuilder json, Tensor tensor, int depth) {
    List<Long> sizes = sizes(tensor);
    int length = Math.toIntExact(sizes.stream().reduce(1L, (a, b) -> a * b));
    append(json, values(tensor), sizes, depth, 0, length);
    return json;
  }

  private static List<Long> sizes(Tensor tensor) {
    return tensor.spec().shape().orElseThrow();
  }

  /** The part of {@code length} values from {@code offset} on, of dimension {@code depth} down. */
  private static void append(
      StringBuilder json,
      IntFunction<String> values,
      List<Long> sizes,
      int depth,
      int offset,
      int length) {
    if (depth == sizes.size()) {
      json.append(values.apply(offset));
      return;
    }
    int parts = Math.toIntExact(sizes.get(depth));
    json.append('[');
    for (int i = 0; i < parts; i++) {
      if (i > 0) {
        json.append(',');
      }
      append(json, values, sizes, depth + 1, offset + i * (length / parts), length / parts);
    }
    json.append(']');
  }

  /** Each value's text, by its place. */
  private static IntFunction<String> values(Tensor tensor) {
    ByteBuffer data = ByteBuffer.wrap(tensor.data()).order(ByteOrder.LITTLE_ENDIAN);
    return switch (tensor.spec().type()) {
      case "float" -> i -> Float.toString(data.getFloat(4 * i));
      case "double" -> i -> Double.toString(data.getDouble(8 * i));
      case "int32" -> i -> Integer.toString(data.getInt(4 * i));
      case "int64" -> i -> Long.toString(data.getLong(8 * i));
      case "int8" -> i -> Byte.toString(data.get(i));
      case "uint8" -> i -> Integer.toString(Byte.toUnsignedInt(data.get(i)));
      case "bool" -> i -> Boolean.toString(data.get(i) != 0);
      default -> throw new IllegalArgumentException("no text for " + tensor.spec());
    };
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
