package io.lynxeye.grpc.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.lynxeye.protocols.tensorflow.DataType;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.protocols.tensorflow.TensorShapeProto;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Numbers;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.Excerpt;
import io.lynxeye.serving.tensors.TensorInputs;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads and writes TensorFlow's {@link TensorProto}. */
final class TensorMessage {

  private TensorMessage() {}

  /**
   * Reads a tensor. Values in {@code tensor_content} are not copied.
   *
   * @param memory is called with the bytes that a tensor of a few repeated values takes
   * @throws InvalidInputException when the message is not a valid tensor
   */
  static Tensor read(String name, TensorProto message, LongConsumer memory)
      throws InvalidInputException {
    Datatype type =
        type(message.getDtype())
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "input '%s' has dtype %s, which no model here takes"
                            .formatted(Excerpt.of(name), dtype(message))));
    List<Long> shape = shape(name, message.getTensorShape());
    ByteString content = message.getTensorContent();
    if (content.isEmpty()) {
      return new TypedValues(name, message, type, shape).tensor(memory);
    }
    if (type == Datatype.BYTES) {
      throw new InvalidInputException(
          "input '%s' has strings in tensor_content; send them in string_val"
              .formatted(Excerpt.of(name)));
    }
    if (content.size() % type.bytes() != 0) {
      throw new InvalidInputException(
          "input '%s' has %,d bytes in tensor_content, which is not a multiple of %d for %s"
              .formatted(Excerpt.of(name), content.size(), type.bytes(), type.tensorFlowName()));
    }
    return Tensor.of(name, type, shape, content.asReadOnlyByteBuffer());
  }

  private static String dtype(TensorProto message) {
    return message.getDtype() == DataType.UNRECOGNIZED
        ? Integer.toString(message.getDtypeValue())
        : message.getDtype().name();
  }

  private static Optional<Datatype> type(DataType dtype) {
    return Arrays.stream(Datatype.values())
        .filter(type -> type.tensorFlowName().equals(dtype.name()))
        .findFirst();
  }

  private static List<Long> shape(String name, TensorShapeProto shape)
      throws InvalidInputException {
    if (shape.getDimCount() > TensorInputs.MAX_RANK) {
      throw new InvalidInputException(
          "a tensor has more than " + TensorInputs.MAX_RANK + " dimensions");
    }
    List<Long> sizes = shape.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    if (shape.getUnknownRank() || sizes.stream().anyMatch(size -> size < 0)) {
      throw new InvalidInputException(
          "input '%s' has a shape with unknown sizes; send the size of every dimension"
              .formatted(Excerpt.of(name)));
    }
    return sizes;
  }

  /** TensorFlow's data type with this name. */
  static DataType dtype(Datatype type) {
    return DataType.valueOf(type.tensorFlowName());
  }

  /** TensorFlow's form of a shape. */
  static TensorShapeProto shape(List<Long> sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    sizes.forEach(size -> shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size)));
    return shape.build();
  }

  /**
   * Writes a tensor, with its values in the field of their type, as TensorFlow Serving does: many
   * clients read {@code float_val}, and TensorFlow's own functions read every form.
   */
  static TensorProto write(Tensor tensor) {
    TensorProto.Builder message =
        TensorProto.newBuilder()
            .setDtype(dtype(tensor.type()))
            .setTensorShape(shape(tensor.shape()));
    if (tensor.type() == Datatype.BYTES) {
      tensor.strings().stream()
          .map(UnsafeByteOperations::unsafeWrap)
          .forEach(message::addStringVal);
      return message.build();
    }
    ByteBuffer data = tensor.data();
    while (data.hasRemaining()) {
      add(message, tensor.type(), data);
    }
    return message.build();
  }

  private static void add(TensorProto.Builder message, Datatype type, ByteBuffer data) {
    switch (type) {
      case FP32 -> message.addFloatVal(data.getFloat());
      case FP64 -> message.addDoubleVal(data.getDouble());
      case FP16, BF16 -> message.addHalfVal(Short.toUnsignedInt(data.getShort()));
      case BOOL -> message.addBoolVal(data.get() != 0);
      case INT64 -> message.addInt64Val(data.getLong());
      case UINT64 -> message.addUint64Val(data.getLong());
      case UINT32 -> message.addUint32Val(data.getInt());
      default -> message.addIntVal((int) Numbers.integer(type, data));
    }
  }
}
