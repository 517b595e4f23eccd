package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.stream.Collectors;

/** Finds the signature that a request names. */
public final class Signatures {

  private Signatures() {}

  /**
   * The signature with this name.
   *
   * @param name empty = the default
   * @throws InvalidInputException when the model has none with this name
   */
  public static ModelSignature find(ModelDescription model, String name)
      throws InvalidInputException {
    return model
        .signature(name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the model has no signature '%s'; it has %s"
                        .formatted(
                            Excerpt.of(name),
                            model.signatures().stream()
                                .map(ModelSignature::name)
                                .collect(Collectors.joining(", ")))));
  }
}
