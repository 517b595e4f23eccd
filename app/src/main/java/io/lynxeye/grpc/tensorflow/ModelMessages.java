package io.lynxeye.grpc.tensorflow;

import com.google.protobuf.Any;
import io.lynxeye.protocols.tensorflow.Code;
import io.lynxeye.protocols.tensorflow.DataType;
import io.lynxeye.protocols.tensorflow.SignatureDef;
import io.lynxeye.protocols.tensorflow.TensorInfo;
import io.lynxeye.protocols.tensorflow.TensorShapeProto;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataResponse;
import io.lynxeye.protocols.tensorflow.serving.GetModelStatusResponse;
import io.lynxeye.protocols.tensorflow.serving.ModelVersionStatus;
import io.lynxeye.protocols.tensorflow.serving.SignatureDefMap;
import io.lynxeye.protocols.tensorflow.serving.StatusProto;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.ModelStatus;
import java.util.List;

/** Messages on a model's signatures and states. */
final class ModelMessages {

  /** The only field of the metadata. */
  static final String SIGNATURES = "signature_def";

  private ModelMessages() {}

  static GetModelMetadataResponse metadata(ModelDescription model) {
    SignatureDefMap.Builder signatures = SignatureDefMap.newBuilder();
    model
        .signatures()
        .forEach(signature -> signatures.putSignatureDef(signature.name(), definition(signature)));
    return GetModelMetadataResponse.newBuilder()
        .setModelSpec(RequestedModel.answered(model.id(), ""))
        .putMetadata(SIGNATURES, Any.pack(signatures.build()))
        .build();
  }

  private static SignatureDef definition(ModelSignature signature) {
    SignatureDef.Builder definition = SignatureDef.newBuilder().setMethodName(signature.method());
    signature.inputs().forEach(spec -> definition.putInputs(spec.name(), tensor(spec)));
    signature.outputs().forEach(spec -> definition.putOutputs(spec.name(), tensor(spec)));
    return definition.build();
  }

  private static TensorInfo tensor(TensorSpec spec) {
    return TensorInfo.newBuilder()
        .setName(spec.name())
        .setDtype(spec.datatype().map(TensorMessage::dtype).orElse(DataType.DT_INVALID))
        .setTensorShape(
            spec.shape()
                .map(TensorMessage::shape)
                .orElse(TensorShapeProto.newBuilder().setUnknownRank(true).build()))
        .build();
  }

  static GetModelStatusResponse status(List<ModelStatus> versions) {
    return GetModelStatusResponse.newBuilder()
        .addAllModelVersionStatus(versions.stream().map(ModelMessages::version).toList())
        .build();
  }

  private static ModelVersionStatus version(ModelStatus status) {
    return ModelVersionStatus.newBuilder()
        .setVersion(status.id().version().value())
        .setState(ModelVersionStatus.State.valueOf(status.state().published().name()))
        .setStatus(
            StatusProto.newBuilder()
                .setErrorCode(status.failure().isPresent() ? Code.UNKNOWN : Code.OK)
                .setErrorMessage(status.failureForCallers().orElse("")))
        .build();
  }
}
