package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors as bytes: numbers little-endian, without gaps; before each string its length, 4 bytes
 * little-endian.
 */
public final class BinaryTensor {

  private BinaryTensor() {}

  /**
   * The tensor in these bytes. Numbers are not copied.
   *
   * @throws InvalidInputException when an element is cut off, or there are too many strings
   */
  public static Tensor read(String name, Datatype type, List<Long> shape, ByteBuffer bytes)
      throws InvalidInputException {
    if (type == Datatype.BYTES) {
      return Tensor.ofStrings(name, shape, strings(bytes));
    }
    if (bytes.remaining() % type.bytes() != 0) {
      throw new InvalidInputException(
          "an %s tensor has %d bytes, which is not a multiple of %d"
              .formatted(type, bytes.remaining(), type.bytes()));
    }
    return Tensor.of(name, type, shape, bytes.slice());
  }

  private static List<byte[]> strings(ByteBuffer bytes) throws InvalidInputException {
    ByteBuffer rest = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> strings = new ArrayList<>();
    while (rest.hasRemaining()) {
      int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
      if (length < 0 || length > rest.remaining()) {
        throw new InvalidInputException(
            "the last element of a BYTES tensor is cut off; send 4 bytes of length, little-endian, before the bytes of each");
      }
      byte[] string = new byte[length];
      rest.get(string);
      TensorInputs.add(strings, string);
    }
    return strings;
  }

  /** The bytes of an output. Numbers are not copied. */
  public static ByteBuffer of(Tensor tensor) {
    if (tensor.type() != Datatype.BYTES) {
      return tensor.data();
    }
    int size = tensor.strings().stream().mapToInt(s -> Integer.BYTES + s.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    tensor.strings().forEach(string -> bytes.putInt(string.length).put(string));
    return bytes.flip();
  }
}
