package io.lynxeye.serving.engine;

import java.util.List;

/** An input of a request: an image file, or tensors. */
public sealed interface ModelInput {

  /**
   * An image file.
   *
   * @param bytes the file as sent
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Image(byte[] bytes) implements ModelInput {}

  /**
   * The inputs of one inference call, or one row of each if the signature is batched.
   *
   * @param signature the signature that they were checked against
   * @param all one per input of the signature, in its order
   */
  record Tensors(ModelSignature signature, List<Tensor> all) implements ModelInput {}
}
