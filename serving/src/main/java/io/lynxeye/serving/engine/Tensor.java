package io.lynxeye.serving.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A tensor with its values, as a request or a response carries it.
 *
 * @param name of the input or output
 * @param type of the elements
 * @param shape every size is known; empty = a scalar
 * @param data the numbers in row-major order, little-endian, without gaps; empty for strings
 * @param strings the elements if they are strings
 */
public record Tensor(
    String name, Datatype type, List<Long> shape, ByteBuffer data, List<byte[]> strings) {

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  /** A tensor of numbers. */
  public static Tensor of(String name, Datatype type, List<Long> shape, ByteBuffer data) {
    return new Tensor(name, type, shape, data, List.of());
  }

  /** A tensor of strings. */
  public static Tensor ofStrings(String name, List<Long> shape, List<byte[]> strings) {
    return new Tensor(name, Datatype.BYTES, shape, NONE, strings);
  }

  /** The numbers, from the first to the last; an independent view. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of elements. */
  public long count() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Its type and shape. */
  public TensorSpec spec() {
    return new TensorSpec(name, type.tensorFlowType(), Optional.of(shape));
  }

  /** The same values under another name. */
  public Tensor as(String other) {
    return new Tensor(other, type, shape, data, strings);
  }

  /** The same tensor in memory of its own. */
  public Tensor copy() {
    ByteBuffer values = data();
    ByteBuffer copy = ByteBuffer.allocate(values.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    return new Tensor(name, type, shape, copy.put(values).flip(), strings);
  }

  /** The number of rows: the first size. */
  public int rows() {
    return shape.isEmpty() ? 1 : Math.toIntExact(shape.get(0));
  }

  /** Some of its rows, without a copy. It has at least one dimension. */
  public Tensor rows(int from, int count) {
    List<Long> part = Stream.concat(Stream.of((long) count), shape.stream().skip(1)).toList();
    if (type == Datatype.BYTES) {
      int perRow = strings.size() / Math.max(1, rows());
      return ofStrings(name, part, strings.subList(from * perRow, (from + count) * perRow));
    }
    ByteBuffer all = data();
    int perRow = all.remaining() / Math.max(1, rows());
    return of(name, type, part, all.slice(all.position() + from * perRow, count * perRow));
  }

  /** One tensor of all rows of some that have the same type, and the same shape but for rows. */
  public static Tensor join(List<Tensor> parts) {
    Tensor first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    long rows = parts.stream().mapToLong(Tensor::rows).sum();
    List<Long> shape = Stream.concat(Stream.of(rows), first.shape.stream().skip(1)).toList();
    if (first.type == Datatype.BYTES) {
      return ofStrings(
          first.name, shape, parts.stream().flatMap(part -> part.strings.stream()).toList());
    }
    int size = parts.stream().mapToInt(part -> part.data().remaining()).sum();
    ByteBuffer data = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    parts.forEach(part -> data.put(part.data()));
    return of(first.name, first.type, shape, data.flip());
  }

  /** Whether every number is finite. */
  public boolean isFinite() {
    if (!type.isFloat()) {
      return true;
    }
    ByteBuffer rest = data();
    boolean isFinite = true;
    while (rest.hasRemaining()) {
      isFinite &= Double.isFinite(Numbers.decimal(type, rest));
    }
    return isFinite;
  }

  /** The elements as floats; not for strings. */
  public float[] floats() {
    ByteBuffer rest = data();
    float[] floats = new float[Math.toIntExact(rest.remaining() / type.bytes())];
    if (type == Datatype.FP32) {
      rest.asFloatBuffer().get(floats);
      return floats;
    }
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          type.isFloat() ? (float) Numbers.decimal(type, rest) : Numbers.integer(type, rest);
    }
    return floats;
  }
}
