package io.lynxeye.grpc.inference;

import com.google.protobuf.ByteString;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest.InferInputTensor;
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

/** The elements of an input in {@link InferTensorContents}: in the field of its datatype. */
final class InferContents {

  private InferContents() {}

  /**
   * The tensor.
   *
   * @throws InvalidInputException when the elements are in another field, or in several
   */
  static Tensor tensor(InferInputTensor input, Datatype type, List<Long> shape)
      throws InvalidInputException {
    InferTensorContents contents = input.getContents();
    boolean hasOthers =
        contents.getAllFields().size() > 1 || !contents.getUnknownFields().asMap().isEmpty();
    if (hasOthers || (count(contents, type) == 0 && !shape.contains(0L))) {
      throw new InvalidInputException(
          "input '%s' of datatype %s must have its elements in %sraw_input_contents"
              .formatted(Excerpt.of(input.getName()), type, field(type)));
    }
    if (type == Datatype.BYTES) {
      List<byte[]> strings = new ArrayList<>();
      for (ByteString string : contents.getBytesContentsList()) {
        TensorInputs.add(strings, string.toByteArray());
      }
      return Tensor.ofStrings(input.getName(), shape, strings);
    }
    int count = count(contents, type);
    requireFit(contents, type);
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    IntConsumer writer = writer(contents, type, data);
    for (int i = 0; i < count; i++) {
      writer.accept(i);
    }
    return Tensor.of(input.getName(), type, shape, data.flip());
  }

  /** Datatypes of fewer bits share a field of 32. */
  private static void requireFit(InferTensorContents contents, Datatype type)
      throws InvalidInputException {
    List<Integer> values =
        switch (type) {
          case INT8, INT16 -> contents.getIntContentsList();
          case UINT8, UINT16 -> contents.getUintContentsList();
          default -> List.of();
        };
    boolean isSigned = type == Datatype.INT8 || type == Datatype.INT16;
    for (int bits : values) {
      long value = isSigned ? bits : Integer.toUnsignedLong(bits);
      if (value < Numbers.least(type) || value > Numbers.most(type)) {
        throw new InvalidInputException(
            "a tensor of %s has the value %d; send whole numbers that fit".formatted(type, value));
      }
    }
  }

  private static String field(Datatype type) {
    return switch (type) {
      case BOOL -> "contents.bool_contents, or in ";
      case INT8, INT16, INT32 -> "contents.int_contents, or in ";
      case INT64 -> "contents.int64_contents, or in ";
      case UINT8, UINT16, UINT32 -> "contents.uint_contents, or in ";
      case UINT64 -> "contents.uint64_contents, or in ";
      case FP32 -> "contents.fp32_contents, or in ";
      case FP64 -> "contents.fp64_contents, or in ";
      case BYTES -> "contents.bytes_contents, or in ";
      case FP16, BF16 -> "";
    };
  }

  private static int count(InferTensorContents contents, Datatype type) {
    return switch (type) {
      case BOOL -> contents.getBoolContentsCount();
      case INT8, INT16, INT32 -> contents.getIntContentsCount();
      case INT64 -> contents.getInt64ContentsCount();
      case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
      case UINT64 -> contents.getUint64ContentsCount();
      case FP32 -> contents.getFp32ContentsCount();
      case FP64 -> contents.getFp64ContentsCount();
      case BYTES -> contents.getBytesContentsCount();
      case FP16, BF16 -> 0; // Only raw_input_contents can carry them.
    };
  }

  private static IntConsumer writer(InferTensorContents contents, Datatype type, ByteBuffer data) {
    return switch (type) {
      case BOOL -> i -> data.put((byte) (contents.getBoolContents(i) ? 1 : 0));
      case INT8, INT16, INT32 -> i -> Numbers.put(type, data, (long) contents.getIntContents(i));
      case INT64 -> i -> data.putLong(contents.getInt64Contents(i));
      case UINT8, UINT16, UINT32 ->
          i -> Numbers.put(type, data, (long) contents.getUintContents(i));
      case UINT64 -> i -> data.putLong(contents.getUint64Contents(i));
      case FP32 -> i -> data.putFloat(contents.getFp32Contents(i));
      default -> i -> data.putDouble(contents.getFp64Contents(i));
    };
  }
}
