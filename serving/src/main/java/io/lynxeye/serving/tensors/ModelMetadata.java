package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.lifecycle.ServedModel;
import java.util.Collection;
import java.util.List;

/**
 * A model as the Open Inference Protocol describes it.
 *
 * @param versions every available version
 * @param platform {@code tensorflow_savedmodel}, or the name of another engine
 */
public record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<Tensor> inputs,
    List<Tensor> outputs) {

  /** The type and shape of an input or output; -1 = any size. */
  public record Tensor(String name, Datatype datatype, List<Long> shape) {

    private static Tensor of(TensorSpec spec) {
      return new Tensor(spec.name(), Datatype.of(spec.type()), spec.shape().orElse(List.of()));
    }
  }

  /**
   * Describes a model.
   *
   * @param served every available version of every model
   */
  public static ModelMetadata of(ModelDescription model, Collection<ServedModel> served) {
    List<TensorSpec> outputs = model.signature().outputs();
    return new ModelMetadata(
        model.id().name(),
        served.stream()
            .map(ServedModel::id)
            .filter(id -> id.name().equals(model.id().name()))
            .map(id -> id.version().toString())
            .toList(),
        model.engine().startsWith("TensorFlow") ? "tensorflow_savedmodel" : model.engine(),
        List.of(Tensor.of(model.signature().input())),
        outputs.isEmpty()
            ? List.of(new Tensor(TensorOutputs.MADE, Datatype.BYTES, List.of(-1L)))
            : outputs.stream().map(Tensor::of).toList());
  }
}
