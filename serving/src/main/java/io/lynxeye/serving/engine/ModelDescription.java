package io.lynxeye.serving.engine;

import io.lynxeye.serving.model.ModelId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Describes a loaded version, for responses and operators.
 *
 * @param id its name and version
 * @param engine the engine: {@code TensorFlow 2.18.0}
 * @param device the device: {@code cpu}, {@code gpu:0 (NVIDIA H200)}
 * @param precision the precision, and why: {@code fp32: the manifest says so}
 * @param input its inputs from the signature: {@code pixels: float [-1, 224, 224, 3]}
 * @param output the output that its scores come from, or all outputs
 * @param signature its inputs and outputs, for programs
 * @param others its further signatures
 * @param answer the output in the response to an image: its scores, or the only one that the
 *     manifest chooses; empty = all outputs
 * @param labels one per class, in the order of the scores; empty if the folder has none
 * @param topK number of predictions in a response unless the request sets it
 * @param noImages why it does not take images, and what to do about it; empty if it does
 */
public record ModelDescription(
    ModelId id,
    String engine,
    String device,
    String precision,
    String input,
    String output,
    ModelSignature signature,
    List<ModelSignature> others,
    Optional<String> answer,
    List<String> labels,
    int topK,
    Optional<String> noImages) {

  /** A model with one signature, which takes images. */
  public ModelDescription(
      ModelId id,
      String engine,
      String device,
      String precision,
      String input,
      String output,
      ModelSignature signature,
      List<String> labels,
      int topK) {
    this(
        id,
        engine,
        device,
        precision,
        input,
        output,
        signature,
        List.of(),
        Optional.empty(),
        labels,
        topK,
        Optional.empty());
  }

  /** The label of a class; {@code class 7} if the model has no labels. */
  public String label(int index) {
    return index < labels.size() ? labels.get(index) : "class " + index;
  }

  /** Every signature, the default first. */
  public List<ModelSignature> signatures() {
    return Stream.concat(Stream.of(signature), others.stream()).toList();
  }

  /** The signature with this name; without a name the default. */
  public Optional<ModelSignature> signature(String name) {
    return name.isEmpty()
        ? Optional.of(signature)
        : signatures().stream().filter(known -> known.name().equals(name)).findFirst();
  }
}
