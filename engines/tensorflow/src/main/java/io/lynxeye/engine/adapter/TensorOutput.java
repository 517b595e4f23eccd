package io.lynxeye.engine.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.serving.engine.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Outputs as tensors: one image's row of each, with its batch dimension.
 *
 * @param names the outputs' names
 */
record TensorOutput(List<String> names) implements OutputAdapter {

  /** The types that can be written as JSON, by TensorFlow's names. */
  static final List<String> TYPES =
      List.of("float", "double", "int32", "int64", "int8", "uint8", "bool");

  /** Per image: a mask of 512 x 512. In JSON a number takes about ten bytes. */
  static final long MAX_NUMBERS = 512 * 512;

  @Override
  public List<ModelOutput> rows(NDList outputs, int count) {
    List<List<ModelOutput.Tensor>> byOutput =
        names.stream().map(name -> rows(name, outputs.get(name), count)).toList();
    List<ModelOutput> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int row = i;
      rows.add(new ModelOutput.Tensors(byOutput.stream().map(all -> all.get(row)).toList()));
    }
    return rows;
  }

  private static List<ModelOutput.Tensor> rows(String name, NDArray array, int count) {
    Shape shape = array.getShape();
    if (shape.dimension() == 0 || shape.get(0) != count || shape.size() / count > MAX_NUMBERS) {
      throw new IllegalStateException(
          "the model's output " + name + " is " + shape + " for " + count + " images");
    }
    String type = TensorSpecs.type(array.getDataType());
    if (!TYPES.contains(type)) {
      throw new IllegalStateException("the model's output is of type " + type);
    }
    ByteBuffer bytes = array.toByteBuffer().order(ByteOrder.nativeOrder());
    requireNumbers(bytes, array.getDataType());
    TensorSpec spec = new TensorSpec(name, type, Optional.of(ofOne(shape)));
    List<ModelOutput.Tensor> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] row = new byte[bytes.remaining() / (count - i)];
      bytes.get(row);
      rows.add(new ModelOutput.Tensor(spec, row));
    }
    return rows;
  }

  private static List<Long> ofOne(Shape shape) {
    long[] sizes = shape.getShape().clone();
    sizes[0] = 1;
    return Arrays.stream(sizes).boxed().toList();
  }

  /** Checks that every number is finite: JSON can express neither infinity nor NaN. */
  private static void requireNumbers(ByteBuffer bytes, DataType type) {
    boolean areNumbers = true;
    if (type == DataType.FLOAT32) {
      for (int at = bytes.position(); at < bytes.limit(); at += Float.BYTES) {
        areNumbers &= Float.isFinite(bytes.getFloat(at));
      }
    } else if (type == DataType.FLOAT64) {
      for (int at = bytes.position(); at < bytes.limit(); at += Double.BYTES) {
        areNumbers &= Double.isFinite(bytes.getDouble(at));
      }
    }
    if (!areNumbers) {
      throw new NotNumbersException("the model's output holds values that are not numbers");
    }
  }
}
