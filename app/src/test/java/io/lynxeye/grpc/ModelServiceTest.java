package io.lynxeye.grpc;

import static io.lynxeye.grpc.TensorFlowClient.label;
import static io.lynxeye.grpc.TensorFlowClient.model;
import static io.lynxeye.grpc.TensorFlowClient.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lynxeye.protocols.health.HealthCheckRequest;
import io.lynxeye.protocols.health.HealthCheckResponse.ServingStatus;
import io.lynxeye.protocols.health.HealthGrpc;
import io.lynxeye.protocols.tensorflow.Code;
import io.lynxeye.protocols.tensorflow.DataType;
import io.lynxeye.protocols.tensorflow.SignatureDef;
import io.lynxeye.protocols.tensorflow.TensorShapeProto.Dim;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataRequest;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataResponse;
import io.lynxeye.protocols.tensorflow.serving.GetModelStatusRequest;
import io.lynxeye.protocols.tensorflow.serving.GetModelStatusResponse;
import io.lynxeye.protocols.tensorflow.serving.ModelSpec;
import io.lynxeye.protocols.tensorflow.serving.ModelVersionStatus;
import io.lynxeye.protocols.tensorflow.serving.MultiInferenceRequest;
import io.lynxeye.protocols.tensorflow.serving.ReloadConfigRequest;
import io.lynxeye.protocols.tensorflow.serving.SignatureDefMap;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.fakes.FakeLoader;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What TensorFlow Serving's clients ask besides scores. */
class ModelServiceTest {

  @AutoClose private final TestServer server = TestServer.listening(Settings.DEFAULT);
  @AutoClose private final GrpcClient channel = new GrpcClient(server.listenGrpc());
  private final TensorFlowClient client = new TensorFlowClient(channel);

  private GetModelStatusResponse status(ModelSpec model) {
    return client
        .models()
        .getModelStatus(GetModelStatusRequest.newBuilder().setModelSpec(model).build());
  }

  private GetModelMetadataResponse metadata(ModelSpec model, String... fields) {
    GetModelMetadataRequest.Builder request =
        GetModelMetadataRequest.newBuilder().setModelSpec(model);
    for (String field : fields) {
      request.addMetadataField(field);
    }
    return client.blocking().getModelMetadata(request.build());
  }

  @Test
  void theStateOfAVersionIsKnown() {
    server.serve().join();

    for (ModelSpec asked :
        new ModelSpec[] {
          model("other-model"), version("other-model", 3), label("other-model", "stable")
        }) {
      ModelVersionStatus status = status(asked).getModelVersionStatus(0);
      assertThat(status(asked).getModelVersionStatusCount()).isEqualTo(1);
      assertThat(status.getVersion()).isEqualTo(3);
      assertThat(status.getState()).isEqualTo(ModelVersionStatus.State.AVAILABLE);
      assertThat(status.getStatus().getErrorCode()).isEqualTo(Code.OK);
      assertThat(status.getStatus().getErrorMessage()).isEmpty();
    }
  }

  @Test
  void versionsThatFailedAreListedWithoutInternals() {
    server.loader().fail("fake", 2, "secret path");
    server
        .server()
        .reconcile(FakeLoader.store(FakeLoader.source("fake", 1), FakeLoader.source("fake", 2)))
        .join();

    ModelVersionStatus failed = status(version("fake", 2)).getModelVersionStatusList().get(0);

    assertThat(failed.getState()).isEqualTo(ModelVersionStatus.State.END);
    assertThat(failed.getStatus().getErrorCode()).isEqualTo(Code.UNKNOWN);
    assertThat(failed.getStatus().getErrorMessage())
        .isEqualTo("it could not be loaded; the server's log has the cause");
  }

  @Test
  void anUnknownModelHasNoState() {
    server.serve().join();

    assertThatThrownBy(() -> status(model("none")))
        .hasMessage("NOT_FOUND: there is no model 'none'");
    assertThatThrownBy(() -> status(version("fake", 9)))
        .hasMessage("NOT_FOUND: there is no model 'fake' version 9");
    assertThatThrownBy(() -> status(label("fake", "canary"))).hasMessageStartingWith("NOT_FOUND: ");
    assertThatThrownBy(() -> status(ModelSpec.getDefaultInstance()))
        .hasMessage("INVALID_ARGUMENT: the request names no model; set model_spec.name");
  }

  @Test
  void metadataHasTheSignatures() throws InvalidProtocolBufferException {
    server.serve().join();

    GetModelMetadataResponse answer = metadata(model("fake"), "signature_def");
    SignatureDef signature =
        answer
            .getMetadataOrThrow("signature_def")
            .unpack(SignatureDefMap.class)
            .getSignatureDefOrThrow("serving_default");

    assertThat(answer.getModelSpec().getName()).isEqualTo("fake");
    assertThat(answer.getModelSpec().getVersion().getValue()).isEqualTo(1);
    assertThat(signature.getMethodName()).isEqualTo("tensorflow/serving/predict");
    assertThat(signature.getInputsMap()).containsOnlyKeys("pixels");
    assertThat(signature.getInputsOrThrow("pixels").getDtype()).isEqualTo(DataType.DT_FLOAT);
    assertThat(signature.getInputsOrThrow("pixels").getTensorShape().getDimList())
        .extracting(Dim::getSize)
        .containsExactly(-1L, 2L, 2L, 3L);
    assertThat(signature.getOutputsMap()).containsOnlyKeys("scores");
  }

  @Test
  void metadataOfNothingIsRefused() {
    assertThatThrownBy(() -> metadata(model("fake"), "signature_def"))
        .hasMessageStartingWith("UNAVAILABLE: the model is still being loaded");
    server.serve().join();

    assertThatThrownBy(() -> metadata(model("none"), "signature_def"))
        .hasMessageStartingWith("NOT_FOUND: no model 'none' is available");
    assertThatThrownBy(() -> metadata(model("fake")))
        .hasMessage(
            "INVALID_ARGUMENT: metadata_field is missing; the metadata has one field: set metadata_field to signature_def");
    assertThatThrownBy(() -> metadata(model("fake"), "x"))
        .hasMessageStartingWith("INVALID_ARGUMENT: there is no metadata_field 'x'; ");
  }

  @Test
  void whatIsNotSupportedSaysWhatToDo() {
    assertThatThrownBy(
            () -> client.blocking().multiInference(MultiInferenceRequest.getDefaultInstance()))
        .hasMessage("UNIMPLEMENTED: MultiInference is not supported; call Classify and Regress");
    assertThatThrownBy(
            () ->
                client.models().handleReloadConfigRequest(ReloadConfigRequest.getDefaultInstance()))
        .hasMessage(
            "UNIMPLEMENTED: the configuration cannot be changed over gRPC; add and remove models in the model store or on the management port");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tensorflow.serving.PredictionService", "tensorflow.serving.ModelService"})
  void theServicesHaveAHealth(String service) {
    server.serve().join();

    assertThat(
            HealthGrpc.newBlockingStub(channel.channel())
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }
}
