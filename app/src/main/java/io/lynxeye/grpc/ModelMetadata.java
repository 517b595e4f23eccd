package io.lynxeye.grpc;

import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.TensorSpec;
import io.lynxeye.protocols.inference.ModelMetadataResponse;
import io.lynxeye.protocols.inference.ModelMetadataResponse.TensorMetadata;
import io.lynxeye.tensors.Datatype;
import io.lynxeye.tensors.TensorOutputs;
import java.util.List;

/** A model in the protocol's words. */
final class ModelMetadata {

  /** How SavedModels are called there; of other engines' models the engine's own word is told. */
  private static final String SAVED_MODEL = "tensorflow_savedmodel";

  private ModelMetadata() {}

  static ModelMetadataResponse of(ModelDescription model, List<String> versions) {
    ModelMetadataResponse.Builder metadata =
        ModelMetadataResponse.newBuilder()
            .setName(model.id().name())
            .addAllVersions(versions)
            .setPlatform(platform(model))
            .addInputs(tensor(model.signature().input()));
    model.signature().outputs().forEach(output -> metadata.addOutputs(tensor(output)));
    if (model.signature().outputs().isEmpty()) {
      metadata.addOutputs(tensor(TensorOutputs.MADE, Datatype.BYTES, List.of(-1L)));
    }
    return metadata.build();
  }

  private static String platform(ModelDescription model) {
    return model.engine().startsWith("TensorFlow") ? SAVED_MODEL : model.engine();
  }

  private static TensorMetadata tensor(TensorSpec spec) {
    return tensor(spec.name(), Datatype.of(spec.type()), spec.shape().orElse(List.of()));
  }

  private static TensorMetadata tensor(String name, Datatype datatype, List<Long> shape) {
    return TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype(datatype.name())
        .addAllShape(shape)
        .build();
  }
}
