package io.lynxeye.lifecycle;

import io.lynxeye.model.ModelId;
import java.util.List;

/**
 * What a loaded version is, for answers and for operators.
 *
 * @param id which version
 * @param engine what runs it: {@code TensorFlow 2.16.1}
 * @param device where it runs: {@code cpu}, {@code gpu:0 (NVIDIA H200)}
 * @param precision the arithmetic it is calculated in, and why: {@code fp32: the manifest says so}
 * @param input its input as the signature has it: {@code pixels: float [-1, 224, 224, 3]}
 * @param output the output its scores come from
 * @param signature the same for programs
 * @param labels one per class, in the order of the scores; empty when the folder has none
 * @param topK predictions in an answer unless the request asks for another number
 */
public record ModelDescription(
    ModelId id,
    String engine,
    String device,
    String precision,
    String input,
    String output,
    ModelSignature signature,
    List<String> labels,
    int topK) {

  /** The label of a class; {@code class 7} where the model has no labels. */
  public String label(int index) {
    return index < labels.size() ? labels.get(index) : "class " + index;
  }
}
