package io.lynxeye.lifecycle;

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
   * Anything else, ready to be sent: a custom translator's output, or tensors that are no scores.
   *
   * @param contentType of the body, such as {@code application/json}
   * @param body owned by the receiver
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Content(String contentType, byte[] body) implements ModelOutput {}
}
