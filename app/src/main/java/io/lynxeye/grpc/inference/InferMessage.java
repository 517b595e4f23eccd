package io.lynxeye.grpc.inference;

import io.lynxeye.grpc.scoring.BoundedMessage;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.serving.model.InvalidInputException;

/** Parses a request within the limits of {@link BoundedMessage}. */
final class InferMessage {

  private InferMessage() {}

  /**
   * Parses a message.
   *
   * @throws InvalidInputException when it is not a request, or has too many fields
   */
  static ModelInferRequest parse(byte[] message) throws InvalidInputException {
    return BoundedMessage.parse(
        message,
        ModelInferRequest.getDefaultInstance(),
        ModelInferRequest.parser(),
        "raw_input_contents");
  }
}
