package io.lynxeye.lifecycle;

import java.util.List;

/** What a model says of one picture. */
public sealed interface ModelOutput {

  /**
   * One score per class, in the model's order: predictions are made of them.
   *
   * @param values owned by the receiver
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Scores(float[] values) implements ModelOutput {}

  /**
   * Outputs that are no scores, as they came out of the model.
   *
   * @param all one or several, in the model's order
   */
  record Tensors(List<Tensor> all) implements ModelOutput {}

  /**
   * One output for one picture.
   *
   * @param spec its name, its type, and its shape: the first size is 1, none is open
   * @param data its values one after the other, as the machine holds them: little-endian
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Tensor(TensorSpec spec, byte[] data) {}

  /**
   * Anything else, ready to be sent: what a custom translator made.
   *
   * @param contentType of the body, such as {@code application/json}
   * @param body owned by the receiver
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Content(String contentType, byte[] body) implements ModelOutput {}
}
