package io.lynxeye.serving.engine;

import java.util.List;

/** The output of a model for one image. */
public sealed interface ModelOutput {

  /**
   * One score per class, in the model's order.
   *
   * @param values owned by the receiver
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Scores(float[] values) implements ModelOutput {}

  /**
   * Outputs other than scores, unchanged.
   *
   * @param all one or several, in the model's order
   */
  record Tensors(List<Tensor> all) implements ModelOutput {}

  /**
   * One output for one image.
   *
   * @param spec its name, type and shape; the first dimension is 1 and all are known
   * @param data its values in row-major order, little-endian
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Tensor(TensorSpec spec, byte[] data) {}

  /**
   * A response body made by a custom translator.
   *
   * @param contentType of the body, such as {@code application/json}
   * @param body owned by the receiver
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Content(String contentType, byte[] body) implements ModelOutput {}
}
