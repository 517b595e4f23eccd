package io.lynxeye.lifecycle;

import java.util.List;

/**
 * What a model takes and what it tells, for the protocols that speak of tensors.
 *
 * @param name of the signature: {@code serving_default}
 * @param input its only input
 * @param takesTensors whether it takes the input's values, too, beside the files of pictures
 * @param outputs what an answer holds, in the model's order; none where its owner's translator
 *     makes the answer
 */
public record ModelSignature(
    String name, TensorSpec input, boolean takesTensors, List<TensorSpec> outputs) {

  /** The name where a model's file has none. */
  public static final String DEFAULT = "serving_default";
}
