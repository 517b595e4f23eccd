package io.lynxeye.lifecycle;

/** What a request gives a model to score. */
public sealed interface ModelInput {

  /**
   * A picture's file.
   *
   * @param bytes as sent
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Picture(byte[] bytes) implements ModelInput {}

  /**
   * One picture's values as the model's input takes them: decoded, resized and normalised by the
   * caller.
   *
   * @param values in the order of the input's shape, as many as it has
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Tensor(float[] values) implements ModelInput {}
}
