package io.lynxeye.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.lynxeye.protocols.tensorflow.DataType;
import io.lynxeye.protocols.tensorflow.Example;
import io.lynxeye.protocols.tensorflow.SignatureDef;
import io.lynxeye.protocols.tensorflow.TensorProto;
import io.lynxeye.protocols.tensorflow.serving.ClassificationResponse;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataRequest;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataResponse;
import io.lynxeye.protocols.tensorflow.serving.ModelServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.protocols.tensorflow.serving.ModelVersionStatus;
import io.lynxeye.protocols.tensorflow.serving.PredictRequest;
import io.lynxeye.protocols.tensorflow.serving.PredictResponse;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.RegressionResponse;
import io.lynxeye.protocols.tensorflow.serving.SignatureDefMap;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of TensorFlow Serving's protocol are those that its clients send. */
class TensorFlowMessagesTest {

  @Test
  void theMethodsHaveTheNamesThatClientsCall() {
    assertThat(
            PredictionServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getFullMethodName))
        .containsExactlyInAnyOrder(
            "tensorflow.serving.PredictionService/Classify",
            "tensorflow.serving.PredictionService/Regress",
            "tensorflow.serving.PredictionService/Predict",
            "tensorflow.serving.PredictionService/MultiInference",
            "tensorflow.serving.PredictionService/GetModelMetadata");
    assertThat(
            ModelServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getFullMethodName))
        .containsExactlyInAnyOrder(
            "tensorflow.serving.ModelService/GetModelStatus",
            "tensorflow.serving.ModelService/HandleReloadConfigRequest");
  }

  private static Map<String, Integer> numbers(Descriptor message) {
    Map<String, Integer> numbers = new TreeMap<>();
    message.getFields().forEach(field -> numbers.put(field.getName(), field.getNumber()));
    return numbers;
  }

  @Test
  void theFieldsHaveTheNumbersThatClientsSend() {
    assertThat(numbers(ModelSpec.getDescriptor()))
        .isEqualTo(Map.of("name", 1, "version", 2, "signature_name", 3, "version_label", 4));
    assertThat(numbers(PredictRequest.getDescriptor()))
        .isEqualTo(Map.of("model_spec", 1, "inputs", 2, "output_filter", 3));
    assertThat(numbers(PredictResponse.getDescriptor()))
        .isEqualTo(Map.of("outputs", 1, "model_spec", 2));
    assertThat(numbers(ClassificationResponse.getDescriptor()))
        .isEqualTo(Map.of("result", 1, "model_spec", 2));
    assertThat(numbers(RegressionResponse.getDescriptor()))
        .isEqualTo(Map.of("result", 1, "model_spec", 2));
    assertThat(numbers(GetModelMetadataRequest.getDescriptor()))
        .isEqualTo(Map.of("model_spec", 1, "metadata_field", 2));
    assertThat(numbers(GetModelMetadataResponse.getDescriptor()))
        .isEqualTo(Map.of("model_spec", 1, "metadata", 2));
    assertThat(numbers(ModelVersionStatus.getDescriptor()))
        .isEqualTo(Map.of("version", 1, "state", 2, "status", 3));
    assertThat(ModelVersionStatus.State.AVAILABLE.getNumber()).isEqualTo(30);
  }

  @Test
  void metadataNamesItsMessage() {
    assertThat(Any.pack(SignatureDefMap.getDefaultInstance()).getTypeUrl())
        .isEqualTo("type.googleapis.com/tensorflow.serving.SignatureDefMap");
  }

  static Stream<Arguments> ofTensorFlow() {
    return Stream.of(
        Arguments.of(TensorProto.getDescriptor(), org.tensorflow.proto.TensorProto.getDescriptor()),
        Arguments.of(
            SignatureDef.getDescriptor(), org.tensorflow.proto.SignatureDef.getDescriptor()),
        Arguments.of(Example.getDescriptor(), org.tensorflow.proto.Example.getDescriptor()));
  }

  /** Compared with the classes of TensorFlow's own Java API. */
  @ParameterizedTest
  @MethodSource("ofTensorFlow")
  void everyFieldIsOneOfTensorFlows(Descriptor ours, Descriptor theirs) {
    assertThat(ours.getFullName()).isEqualTo(theirs.getFullName());
    for (FieldDescriptor field : ours.getFields()) {
      FieldDescriptor same = theirs.findFieldByNumber(field.getNumber());
      assertThat(same).as(field.getFullName()).isNotNull();
      assertThat(field.getName()).isEqualTo(same.getName());
      assertThat(field.getType()).as(field.getFullName()).isEqualTo(same.getType());
      assertThat(field.isRepeated()).as(field.getFullName()).isEqualTo(same.isRepeated());
      if (field.getType() == FieldDescriptor.Type.MESSAGE) {
        everyFieldIsOneOfTensorFlows(field.getMessageType(), same.getMessageType());
      }
    }
  }

  @Test
  void everyDataTypeHasTensorFlowsNumber() {
    assertThat(Arrays.stream(DataType.values()).filter(type -> type != DataType.UNRECOGNIZED))
        .allSatisfy(
            type ->
                assertThat(org.tensorflow.proto.DataType.valueOf(type.name()).getNumber())
                    .isEqualTo(type.getNumber()));
  }

  @Test
  void aTensorOfTensorFlowIsRead() throws Exception {
    Message theirs =
        org.tensorflow.proto.TensorProto.newBuilder()
            .setDtype(org.tensorflow.proto.DataType.DT_STRING)
            .setTensorShape(
                org.tensorflow.proto.TensorShapeProto.newBuilder()
                    .addDim(org.tensorflow.proto.TensorShapeProto.Dim.newBuilder().setSize(1)))
            .addStringVal(ByteString.copyFromUtf8("image"))
            .addFloatVal(0.5f)
            .addHalfVal(7)
            .build();

    TensorProto read = TensorProto.parseFrom(theirs.toByteString());

    assertThat(read.getDtype()).isEqualTo(DataType.DT_STRING);
    assertThat(read.getTensorShape().getDim(0).getSize()).isEqualTo(1);
    assertThat(read.getStringVal(0).toStringUtf8()).isEqualTo("image");
    assertThat(read.getFloatVal(0)).isEqualTo(0.5f);
    assertThat(read.getUnknownFields().asMap()).isEmpty();
    assertThat(read.toByteString()).isEqualTo(theirs.toByteString());
  }
}
