package io.lynxeye.serving.engine;

import java.util.List;

/**
 * A model's input and outputs, for the tensor protocols.
 *
 * @param name of the signature: {@code serving_default}
 * @param input its only input
 * @param takesTensors whether it accepts the input's values in addition to image files
 * @param outputs the outputs in a response, in the model's order; empty if a custom translator
 *     makes the response
 */
public record ModelSignature(
    String name, TensorSpec input, boolean takesTensors, List<TensorSpec> outputs) {

  /** The name for models whose files have none. */
  public static final String DEFAULT = "serving_default";
}
