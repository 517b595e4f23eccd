package io.lynxeye.serving.engine;

/** An input of a request: an image file or a tensor. */
public sealed interface ModelInput {

  /**
   * An image file.
   *
   * @param bytes the file as sent
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Image(byte[] bytes) implements ModelInput {}

  /**
   * The values of one image as the model's input takes them: decoded, resized and normalized by the
   * client.
   *
   * @param values in row-major order, as many as the input's shape has
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Tensor(float[] values) implements ModelInput {}
}
