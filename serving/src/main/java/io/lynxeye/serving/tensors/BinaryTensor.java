package io.lynxeye.serving.tensors;

import io.lynxeye.serving.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
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
   * The strings in these bytes, each an encoded image.
   *
   * @throws InvalidInputException when a string is cut off or empty, or there are too many
   */
  public static List<byte[]> strings(ByteBuffer bytes) throws InvalidInputException {
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

  /**
   * The numbers in these bytes.
   *
   * @throws InvalidInputException when a number is cut off or not finite
   */
  public static float[] floats(ByteBuffer bytes) throws InvalidInputException {
    if (bytes.remaining() % Float.BYTES != 0) {
      throw new InvalidInputException(
          "an FP32 tensor has %d bytes, which is not a multiple of 4".formatted(bytes.remaining()));
    }
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return finite(floats);
  }

  /**
   * Checks the numbers, and returns them.
   *
   * @throws InvalidInputException when one is not finite: its effect on the scores would look like
   *     a defect of the model
   */
  public static float[] finite(float[] values) throws InvalidInputException {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new InvalidInputException("a tensor has a value that is not a finite number");
      }
    }
    return values;
  }

  /** The bytes of an output. */
  public static byte[] of(OutputTensor tensor) {
    if (tensor.datatype() != Datatype.BYTES) {
      return tensor.data();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] string : tensor.strings()) {
      bytes.writeBytes(length.putInt(0, string.length).array());
      bytes.writeBytes(string);
    }
    return bytes.toByteArray();
  }
}
