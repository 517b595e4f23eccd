package io.lynxeye.serving.engine;

import io.lynxeye.serving.model.ModelId;
import java.util.List;

/**
 * Describes a loaded version, for responses and operators.
 *
 * @param id its name and version
 * @param engine the engine: {@code TensorFlow 2.16.1}
 * @param device the device: {@code cpu}, {@code gpu:0 (NVIDIA H200)}
 * @param precision the precision, and why: {@code fp32: the manifest says so}
 * @param input its input from the signature: {@code pixels: float [-1, 224, 224, 3]}
 * @param output the output that its scores come from
 * @param signature its inputs and outputs, for programs
 * @param labels one per class, in the order of the scores; empty if the folder has none
 * @param topK number of predictions in a response unless the request sets it
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

  /** The label of a class; {@code class 7} if the model has no labels. */
  public String label(int index) {
    return index < labels.size() ? labels.get(index) : "class " + index;
  }
}
