package io.lynxeye.quantizer.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A float32 tensor of a graph.
 *
 * @param shape every size; empty = a scalar
 * @param values in row-major order; not changed after construction
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Constant(List<Integer> shape, float[] values) {

  /** A vector. */
  public static Constant vector(float... values) {
    return new Constant(List.of(values.length), values);
  }

  /** A scalar. */
  public static Constant scalar(float value) {
    return new Constant(List.of(), new float[] {value});
  }

  /** The value of a {@code Const} node, if it is of float32. */
  static Optional<Constant> of(NodeDef node) {
    TensorProto tensor = node.getAttrOrThrow("value").getTensor();
    if (tensor.getDtype() != DataType.DT_FLOAT) {
      return Optional.empty();
    }
    List<Integer> shape = shape(tensor);
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    if (!tensor.getTensorContent().isEmpty()) {
      little(tensor).asFloatBuffer().get(values);
    } else if (tensor.getFloatValCount() > 0) { // The last value stands for all that follow.
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatVal(Math.min(i, tensor.getFloatValCount() - 1));
      }
    }
    return Optional.of(new Constant(shape, values));
  }

  /** The value of a {@code Const} node of int32. */
  static Optional<int[]> integers(NodeDef node) {
    TensorProto tensor = node.getAttrOrThrow("value").getTensor();
    if (tensor.getDtype() != DataType.DT_INT32) {
      return Optional.empty();
    }
    int[] values = new int[shape(tensor).stream().reduce(1, Math::multiplyExact)];
    if (!tensor.getTensorContent().isEmpty()) {
      little(tensor).asIntBuffer().get(values);
    } else if (tensor.getIntValCount() > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getIntVal(Math.min(i, tensor.getIntValCount() - 1));
      }
    }
    return Optional.of(values);
  }

  private static List<Integer> shape(TensorProto tensor) {
    return tensor.getTensorShape().getDimList().stream()
        .map(size -> Math.toIntExact(size.getSize()))
        .toList();
  }

  private static ByteBuffer little(TensorProto tensor) {
    return tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The last size: the output channels of a convolution's weights. */
  public int last() {
    return shape.get(shape.size() - 1);
  }

  /** The same shape with other values. */
  public Constant with(float[] others) {
    return new Constant(shape, others);
  }

  /** Each value through a function. */
  Constant each(DoubleUnaryOperator function) {
    float[] others = new float[values.length];
    for (int i = 0; i < others.length; i++) {
      others[i] = (float) function.applyAsDouble(values[i]);
    }
    return with(others);
  }

  /** The values of two tensors of one shape, or of one and a scalar, through a function. */
  Optional<Constant> with(Constant other, DoubleBinaryOperator function) {
    boolean isScalar = values.length == 1;
    Constant larger = isScalar ? other : this;
    if (other.values.length != 1 && !larger.shape.equals(other.shape)) {
      return Optional.empty();
    }
    float[] results = new float[larger.values.length];
    for (int i = 0; i < results.length; i++) {
      results[i] =
          (float)
              function.applyAsDouble(
                  values[isScalar ? 0 : i], other.values[other.values.length == 1 ? 0 : i]);
    }
    return Optional.of(larger.with(results));
  }

  /** A {@code Const} node with these values. */
  public NodeDef node(String name) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return node(name, DataType.DT_FLOAT, shape, UnsafeByteOperations.unsafeWrap(bytes));
  }

  /** A {@code Const} node of int32. */
  public static NodeDef integers(String name, int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return node(
        name, DataType.DT_INT32, List.of(values.length), UnsafeByteOperations.unsafeWrap(bytes));
  }

  /** A {@code Const} node of any type; the bytes are not copied. */
  public static NodeDef node(String name, DataType type, List<Integer> shape, ByteString content) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    shape.forEach(size -> sizes.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(type)
            .setTensorShape(sizes)
            .setTensorContent(content)
            .build();
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", AttrValue.newBuilder().setType(type).build())
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  /** The largest absolute value of each output channel. */
  public float[] largestPerLast() {
    float[] largest = new float[last()];
    for (int i = 0; i < values.length; i++) {
      int channel = i % largest.length;
      largest[channel] = Math.max(largest[channel], Math.abs(values[i]));
    }
    return largest;
  }

  @Override
  public String toString() {
    return "float " + shape + (values.length < 9 ? Arrays.toString(values) : "");
  }
}
