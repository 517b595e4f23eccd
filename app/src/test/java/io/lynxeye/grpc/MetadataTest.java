package io.lynxeye.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.protocols.health.HealthCheckRequest;
import io.lynxeye.protocols.health.HealthCheckResponse.ServingStatus;
import io.lynxeye.protocols.health.HealthGrpc;
import io.lynxeye.protocols.inference.ModelMetadataRequest;
import io.lynxeye.protocols.inference.ModelMetadataResponse;
import io.lynxeye.protocols.inference.ModelReadyRequest;
import io.lynxeye.protocols.inference.ServerLiveRequest;
import io.lynxeye.protocols.inference.ServerMetadataRequest;
import io.lynxeye.protocols.inference.ServerReadyRequest;
import io.lynxeye.server.TestServer;
import io.lynxeye.server.TestServer.Settings;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Health and metadata of the server and its models. */
class MetadataTest {

  @AutoClose private final TestServer server = TestServer.listening(Settings.DEFAULT);
  @AutoClose private final GrpcClient client = new GrpcClient(server.listenGrpc());

  private ServingStatus health(String service) {
    return HealthGrpc.newBlockingStub(client.channel())
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  @Test
  void theServerIsLiveBeforeItIsReady() {
    ServerReadyRequest ready = ServerReadyRequest.getDefaultInstance();
    assertThat(client.blocking().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
        .isTrue();
    assertThat(client.blocking().serverReady(ready).getReady()).isFalse();
    assertThat(health("")).isEqualTo(ServingStatus.NOT_SERVING);

    server.serve().join();

    assertThat(client.blocking().serverReady(ready).getReady()).isTrue();
    assertThat(health("")).isEqualTo(ServingStatus.SERVING);
    assertThat(health("inference.GRPCInferenceService")).isEqualTo(ServingStatus.SERVING);
    assertThatThrownBy(() -> health("other")).hasMessageStartingWith("NOT_FOUND");
  }

  @Test
  void theServerHasANameAndExtensions() {
    var metadata = client.blocking().serverMetadata(ServerMetadataRequest.getDefaultInstance());

    assertThat(metadata.getName()).isEqualTo("lynxeye");
    assertThat(metadata.getVersion()).isNotEmpty();
    assertThat(metadata.getExtensionsList()).contains("classification");
  }

  @ParameterizedTest
  @CsvSource({
    "fake, '', true",
    "fake, 1, true",
    "fake, 2, false",
    "other-model, stable, true",
    "unknown, '', false"
  })
  void aModelIsReadyOnceItIsServed(String name, String version, boolean isReady) {
    ModelReadyRequest request =
        ModelReadyRequest.newBuilder().setName(name).setVersion(version).build();
    assertThat(client.blocking().modelReady(request).getReady()).isFalse();

    server.serve().join();

    assertThat(client.blocking().modelReady(request).getReady()).isEqualTo(isReady);
  }

  private ModelMetadataResponse metadata(String name, String version) {
    return client
        .blocking()
        .modelMetadata(ModelMetadataRequest.newBuilder().setName(name).setVersion(version).build());
  }

  @Test
  void theMetadataOfAModelHasItsInputAndOutputs() {
    server.serve().join();

    ModelMetadataResponse model = metadata("fake", "");

    assertThat(model.getName()).isEqualTo("fake");
    assertThat(model.getVersionsList()).containsExactly("1");
    assertThat(model.getPlatform()).isEqualTo("Fake 1.0");
    assertThat(model.getInputsList()).hasSize(1);
    assertThat(model.getInputs(0).getName()).isEqualTo("pixels");
    assertThat(model.getInputs(0).getDatatype()).isEqualTo("FP32");
    assertThat(model.getInputs(0).getShapeList()).containsExactly(-1L, 2L, 2L, 3L);
    assertThat(model.getOutputs(0).getName()).isEqualTo("scores");
    assertThat(model.getOutputs(0).getShapeList()).containsExactly(-1L, 10L);
    assertThat(metadata("other-model", "stable").getVersionsList()).containsExactly("3");
  }

  @Test
  void anUnknownModelIsNotFound() {
    assertThatThrownBy(() -> metadata("fake", ""))
        .hasMessageStartingWith("UNAVAILABLE: the model is still being loaded");
    server.serve().join();

    assertThatThrownBy(() -> metadata("unknown", ""))
        .hasMessage(
            "NOT_FOUND: no model 'unknown' is available; available: [fake/1, other-model/3]");
    assertThatThrownBy(() -> metadata("fake", "!"))
        .hasMessage("INVALID_ARGUMENT: model_version '!' is neither a version number nor a label");
  }

  @Test
  void aMessageThatScoresNothingMustBeSmall() {
    assertThatThrownBy(() -> metadata("x".repeat(70_000), ""))
        .hasMessageStartingWith("RESOURCE_EXHAUSTED: ");
  }
}
