package io.lynxeye.serving.engine;

import io.lynxeye.serving.model.InvalidInputException;
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

  /**
   * The same input for another version: tensors belong to a signature of their version.
   *
   * @throws InvalidInputException if that version takes other tensors
   */
  default ModelInput fitted(ModelDescription version) throws InvalidInputException {
    if (!(this instanceof Tensors tensors)) {
      return this;
    }
    ModelSignature own =
        version
            .signature(tensors.signature().name())
            .filter(other -> other.inputs().equals(tensors.signature().inputs()))
            .orElseThrow(() -> new InvalidInputException("it takes other tensors"));
    return new Tensors(own, tensors.all());
  }
}
