package io.lynxeye.serving.rollout.disagreement;

import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.Tensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names an input by its content: the SHA-256 of an image file as sent, which {@code sha256sum}
 * prints too, or of the values of all tensors, in hexadecimal digits.
 */
final class InputDigest {

  private InputDigest() {}

  static String of(ModelInput input) {
    MessageDigest digest = sha256();
    if (input instanceof ModelInput.Image image) {
      digest.update(image.bytes());
    } else {
      ((ModelInput.Tensors) input).all().forEach(tensor -> update(digest, tensor));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Each string after its length, so that other strings never have the same bytes. */
  private static void update(MessageDigest digest, Tensor tensor) {
    digest.update(tensor.data());
    for (byte[] text : tensor.strings()) {
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).flip());
      digest.update(text);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
