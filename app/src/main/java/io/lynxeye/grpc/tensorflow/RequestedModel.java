package io.lynxeye.grpc.tensorflow;

import com.google.protobuf.Int64Value;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.tensors.Excerpt;
import java.util.Optional;

/** The model that a request is for. */
record RequestedModel(ModelSpec spec) {

  /** Its name; empty = the default model. */
  Optional<String> model() {
    return spec.getName().isEmpty() ? Optional.empty() : Optional.of(spec.getName());
  }

  VersionChoice version() throws InvalidInputException {
    return switch (spec.getVersionChoiceCase()) {
      case VERSION -> new VersionChoice.Exactly(spec.getVersion().getValue());
      case VERSION_LABEL -> labelled(spec.getVersionLabel());
      case VERSIONCHOICE_NOT_SET -> VersionChoice.newest();
    };
  }

  private static VersionChoice labelled(String label) throws InvalidInputException {
    try {
      return VersionChoice.parse(label);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "version_label '" + Excerpt.of(label) + "' " + e.getMessage());
    }
  }

  /** The version that answered, and its signature. */
  static ModelSpec answered(ModelId id, String signature) {
    return ModelSpec.newBuilder()
        .setName(id.name())
        .setVersion(Int64Value.of(id.version().value()))
        .setSignatureName(signature)
        .build();
  }
}
