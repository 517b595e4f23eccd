package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.lifecycle.ServedModel;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A model as the Open Inference Protocol describes it.
 *
 * @param versions every available version
 * @param platform {@code tensorflow_savedmodel}, or the name of another engine
 * @param takes {@code images}, {@code tensors} or {@code both}
 */
public record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<Tensor> inputs,
    List<Tensor> outputs,
    String takes) {

  /**
   * The type and shape of an input or output; -1 = any size.
   *
   * @param datatype its name in the protocol; {@code FP32} where the model's file does not say
   */
  public record Tensor(String name, String datatype, List<Long> shape) {

    private static Tensor of(TensorSpec spec) {
      return new Tensor(
          spec.name(),
          spec.datatype()
              .map(Datatype::name)
              .orElse(
                  spec.type().isEmpty()
                      ? Datatype.FP32.name()
                      : spec.type().toUpperCase(Locale.ROOT)),
          spec.shape().orElse(List.of()));
    }
  }

  /**
   * Describes a model.
   *
   * @param served every available version of every model
   */
  public static ModelMetadata of(ModelDescription model, Collection<ServedModel> served) {
    ModelSignature signature = model.signature();
    boolean isMade =
        signature.outputs().isEmpty() && signature.takes() == ModelSignature.Takes.IMAGES;
    return new ModelMetadata(
        model.id().name(),
        served.stream()
            .map(ServedModel::id)
            .filter(id -> id.name().equals(model.id().name()))
            .map(id -> id.version().toString())
            .toList(),
        model.engine().startsWith("TensorFlow") ? "tensorflow_savedmodel" : model.engine(),
        signature.inputs().stream().map(Tensor::of).toList(),
        isMade
            ? List.of(new Tensor(TensorOutputs.MADE, Datatype.BYTES.name(), List.of(-1L)))
            : signature.outputs().stream().map(Tensor::of).toList(),
        signature.takes().name().toLowerCase(Locale.ROOT));
  }
}
