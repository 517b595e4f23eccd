package io.lynxeye.importers.keras;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Builds a TensorFlow node: name, kernel, inputs, attributes. */
final class Op {
  private final NodeDef.Builder node;

  private Op(NodeDef.Builder node) {
    this.node = node;
  }

  static Op of(String kernel, String name, String... inputs) {
    return new Op(NodeDef.newBuilder().setName(name).setOp(kernel).addAllInput(List.of(inputs)));
  }

  /** The bytes are little-endian and row-major. They are not copied, so they must not change. */
  static NodeDef floats(String name, ByteBuffer bytes, long... shape) {
    return constant(name, DataType.DT_FLOAT, UnsafeByteOperations.unsafeWrap(bytes), shape);
  }

  static NodeDef vector(String name, int... values) {
    ByteBuffer bytes = littleEndian(values.length);
    bytes.asIntBuffer().put(values);
    return constant(name, DataType.DT_INT32, ByteString.copyFrom(bytes), values.length);
  }

  /** Rows of equal length, {@code columns} values each. */
  static NodeDef matrix(String name, int columns, int... values) {
    ByteBuffer bytes = littleEndian(values.length);
    bytes.asIntBuffer().put(values);
    ByteString content = ByteString.copyFrom(bytes);
    return constant(name, DataType.DT_INT32, content, values.length / columns, columns);
  }

  static NodeDef scalar(String name, int value) {
    ByteBuffer bytes = littleEndian(1).putInt(value).flip();
    return constant(name, DataType.DT_INT32, ByteString.copyFrom(bytes));
  }

  static NodeDef scalar(String name, float value) {
    ByteBuffer bytes = littleEndian(1).putFloat(value).flip();
    return constant(name, DataType.DT_FLOAT, ByteString.copyFrom(bytes));
  }

  /** An empty buffer for this many 32-bit values. */
  static ByteBuffer littleEndian(int values) {
    return ByteBuffer.allocate(Float.BYTES * values).order(ByteOrder.LITTLE_ENDIAN);
  }

  static TensorShapeProto shape(long... lengths) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long length : lengths) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(length));
    }
    return shape.build();
  }

  Op type(String key, DataType type) {
    return attr(key, AttrValue.newBuilder().setType(type).build());
  }

  Op types(String key, DataType... types) {
    AttrValue.ListValue list = AttrValue.ListValue.newBuilder().addAllType(List.of(types)).build();
    return attr(key, AttrValue.newBuilder().setList(list).build());
  }

  Op ints(String key, long... values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (long value : values) {
      list.addI(value);
    }
    return attr(key, AttrValue.newBuilder().setList(list).build());
  }

  Op number(String key, long value) {
    return attr(key, AttrValue.newBuilder().setI(value).build());
  }

  Op real(String key, float value) {
    return attr(key, AttrValue.newBuilder().setF(value).build());
  }

  Op text(String key, String value) {
    return attr(key, AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build());
  }

  Op flag(String key, boolean value) {
    return attr(key, AttrValue.newBuilder().setB(value).build());
  }

  Op attr(String key, AttrValue value) {
    node.putAttr(key, value);
    return this;
  }

  NodeDef build() {
    return node.build();
  }

  private static NodeDef constant(String name, DataType type, ByteString content, long... shape) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(type)
            .setTensorShape(shape(shape))
            .setTensorContent(content)
            .build();
    return of("Const", name)
        .type("dtype", type)
        .attr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }
}
