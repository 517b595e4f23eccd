package io.lynxeye.tensors;

import io.lynxeye.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors as bytes: numbers little-endian, one after the other; strings each behind its length, 4
 * bytes little-endian.
 */
public final class BinaryTensor {

  private BinaryTensor() {}

  /**
   * The strings in these bytes, each a picture.
   *
   * @throws InvalidInputException when they end in the midst of one, or there are too many
   */
  public static List<byte[]> strings(ByteBuffer bytes) throws InvalidInputException {
    ByteBuffer rest = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> strings = new ArrayList<>();
    while (rest.hasRemaining()) {
      int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
      if (length < 0 || length > rest.remaining()) {
        throw new InvalidInputException(
            "a tensor of BYTES ends in the midst of an element; each is 4 bytes of length, little-endian, and as many bytes");
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
   * @throws InvalidInputException when they end in the midst of one, or one is not finite
   */
  public static float[] floats(ByteBuffer bytes) throws InvalidInputException {
    if (bytes.remaining() % Float.BYTES != 0) {
      throw new InvalidInputException(
          "a tensor of FP32 has %d bytes, which are no whole numbers".formatted(bytes.remaining()));
    }
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return finite(floats);
  }

  /**
   * The same numbers.
   *
   * @throws InvalidInputException when one is not finite: what it would do to the scores would look
   *     like the model's defect
   */
  public static float[] finite(float[] values) throws InvalidInputException {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new InvalidInputException("a tensor has a value that is not a finite number");
      }
    }
    return values;
  }

  /** An output's bytes. */
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
