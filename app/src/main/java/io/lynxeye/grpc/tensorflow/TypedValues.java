package io.lynxeye.grpc.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Numbers;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.Excerpt;
import io.lynxeye.serving.tensors.TensorInputs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/**
 * The values of a tensor in the field of their type. As in TensorFlow, fewer values than the shape
 * has elements are continued with the last one, and no values are zeros or empty strings.
 */
record TypedValues(String name, TensorProto message, Datatype type, List<Long> shape) {

  /** Most bytes of a tensor that has fewer values than elements. */
  private static final long MAX_FILLED = 16L * 1024 * 1024;

  /** Where clients put values: numbers of {@link TensorProto}'s fields. */
  private int field() {
    return switch (type) {
      case FP32 -> TensorProto.FLOAT_VAL_FIELD_NUMBER;
      case FP64 -> TensorProto.DOUBLE_VAL_FIELD_NUMBER;
      case FP16, BF16 -> TensorProto.HALF_VAL_FIELD_NUMBER;
      case BOOL -> TensorProto.BOOL_VAL_FIELD_NUMBER;
      case INT64 -> TensorProto.INT64_VAL_FIELD_NUMBER;
      case UINT64 -> TensorProto.UINT64_VAL_FIELD_NUMBER;
      case UINT32 -> TensorProto.UINT32_VAL_FIELD_NUMBER;
      case INT8, INT16, INT32, UINT8, UINT16 -> TensorProto.INT_VAL_FIELD_NUMBER;
      case BYTES -> TensorProto.STRING_VAL_FIELD_NUMBER;
    };
  }

  Tensor tensor(LongConsumer memory) throws InvalidInputException {
    FieldDescriptor own = TensorProto.getDescriptor().findFieldByNumber(field());
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.isRepeated() && field.getNumber() != field()) {
        throw new InvalidInputException(
            "input '%s' of dtype %s has values in %s; send them in %s%s"
                .formatted(
                    Excerpt.of(name),
                    type.tensorFlowName(),
                    field.getName(),
                    own.getName(),
                    type == Datatype.BYTES ? "" : " or tensor_content"));
      }
    }
    int sent = message.getRepeatedFieldCount(own);
    int count = count(sent);
    if (type == Datatype.BYTES) {
      return Tensor.ofStrings(name, shape, strings(count));
    }
    if (sent < count) {
      memory.accept((long) count * type.bytes());
    }
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    requireFit();
    if (sent > 0) {
      IntConsumer writer = writer(data);
      for (int i = 0; i < count; i++) {
        writer.accept(Math.min(i, sent - 1));
      }
    }
    return Tensor.of(name, type, shape, data.rewind());
  }

  /** Types of fewer bits share a field of 32. */
  private void requireFit() throws InvalidInputException {
    for (int value : message.getIntValList()) {
      if (value < Numbers.least(type) || value > Numbers.most(type)) {
        throw new InvalidInputException(
            "input '%s' of dtype %s has the value %d; send whole numbers that fit"
                .formatted(Excerpt.of(name), type.tensorFlowName(), value));
      }
    }
  }

  /** The number of elements. */
  private int count(int sent) throws InvalidInputException {
    long count = 1;
    for (long size : shape) {
      count = size > 0 && count > Integer.MAX_VALUE / size ? Integer.MAX_VALUE : count * size;
    }
    if (sent > count) {
      throw new InvalidInputException(
          "input '%s' has shape %s and %d values".formatted(Excerpt.of(name), shape, sent));
    }
    if (sent < count && count * Math.max(1, type.bytes()) > MAX_FILLED) {
      throw new InvalidInputException(
          "input '%s' has shape %s and only %d values; send all values, best in tensor_content"
              .formatted(Excerpt.of(name), shape, sent));
    }
    return (int) count;
  }

  private List<byte[]> strings(int count) throws InvalidInputException {
    List<ByteString> sent = message.getStringValList();
    List<byte[]> strings = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      TensorInputs.add(strings, sent.get(i).toByteArray());
    }
    byte[] last = strings.isEmpty() ? new byte[0] : strings.get(strings.size() - 1);
    while (strings.size() < count) {
      TensorInputs.add(strings, last); // Shared, because it is never changed.
    }
    return strings;
  }

  private IntConsumer writer(ByteBuffer data) {
    return switch (type) {
      case FP32 -> i -> data.putFloat(message.getFloatVal(i));
      case FP64 -> i -> data.putDouble(message.getDoubleVal(i));
      case FP16, BF16 -> i -> data.putShort((short) message.getHalfVal(i));
      case BOOL -> i -> data.put((byte) (message.getBoolVal(i) ? 1 : 0));
      case INT64 -> i -> data.putLong(message.getInt64Val(i));
      case UINT64 -> i -> data.putLong(message.getUint64Val(i));
      case UINT32 -> i -> data.putInt(message.getUint32Val(i));
      default -> i -> Numbers.put(type, data, (long) message.getIntVal(i));
    };
  }
}
