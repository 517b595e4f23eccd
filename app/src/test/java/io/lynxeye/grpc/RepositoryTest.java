package io.lynxeye.grpc;

import static io.lynxeye.grpc.GrpcClient.images;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.lynxeye.protocols.inference.DataType;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.ModelConfig;
import io.lynxeye.protocols.inference.ModelConfigRequest;
import io.lynxeye.protocols.inference.ModelInput;
import io.lynxeye.protocols.inference.ModelInstanceGroup;
import io.lynxeye.protocols.inference.ModelStatistics;
import io.lynxeye.protocols.inference.ModelStatisticsRequest;
import io.lynxeye.protocols.inference.RepositoryIndexRequest;
import io.lynxeye.protocols.inference.RepositoryModelLoadRequest;
import io.lynxeye.protocols.inference.RepositoryModelUnloadRequest;
import io.lynxeye.protocols.inference.ServerLiveRequest;
import io.lynxeye.protocols.inference.ServerMetadataRequest;
import io.lynxeye.server.TestServer;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configuration, statistics and index, as Triton's clients ask for them. */
class RepositoryTest {

  @AutoClose private final TestServer server = TestServer.ready();
  @AutoClose private final GrpcClient client = new GrpcClient(server.listenGrpc());

  private ModelConfig config(String name, String version) {
    return client
        .blocking()
        .modelConfig(ModelConfigRequest.newBuilder().setName(name).setVersion(version).build())
        .getConfig();
  }

  private List<ModelStatistics> statistics(String name) {
    return client
        .blocking()
        .modelStatistics(ModelStatisticsRequest.newBuilder().setName(name).build())
        .getModelStatsList();
  }

  @Test
  void theConfigurationIsInTritonsTerms() {
    ModelConfig config = config("fake", "");

    assertThat(config.getName()).isEqualTo("fake");
    assertThat(config.getPlatform()).isEqualTo("Fake 1.0");
    assertThat(config.getVersionPolicy().getSpecific().getVersionsList()).containsExactly(1L);
    assertThat(config.getMaxBatchSize()).isEqualTo(1);
    assertThat(config.getInput(0).getName()).isEqualTo("pixels");
    assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
    assertThat(config.getInput(0).getFormat()).isEqualTo(ModelInput.Format.FORMAT_NHWC);
    assertThat(config.getInput(0).getDimsList()).containsExactly(2L, 2L, 3L);
    assertThat(config.getOutput(0).getName()).isEqualTo("scores");
    assertThat(config.getOutput(0).getDimsList()).containsExactly(10L);
    assertThat(config.getInstanceGroup(0).getKind()).isEqualTo(ModelInstanceGroup.Kind.KIND_CPU);
    assertThat(config.getInstanceGroup(0).getCount()).isEqualTo(1);
    assertThat(config("other-model", "stable").getVersionPolicy().getSpecific().getVersionsList())
        .containsExactly(3L);
    assertThatThrownBy(() -> config("unknown", "")).hasMessageStartingWith("NOT_FOUND: ");
    assertThatThrownBy(() -> config("fake", "!")).hasMessageStartingWith("INVALID_ARGUMENT: ");
  }

  @Test
  void statisticsCountImagesAndCalls() {
    var unused = client.infer(images("7", "3"));
    Awaitility.await().until(() -> statistics("fake").get(0).getInferenceCount() == 2);

    ModelStatistics model = statistics("fake").get(0);
    assertThat(model.getVersion()).isEqualTo("1");
    assertThat(model.getExecutionCount()).isEqualTo(2);
    assertThat(model.getInferenceStats().getSuccess().getCount()).isEqualTo(1);
    assertThat(model.getInferenceStats().getSuccess().getNs()).isPositive();
    assertThat(model.getInferenceStats().getComputeInfer().getNs()).isPositive();
    assertThat(model.getBatchStats(0).getBatchSize()).isEqualTo(1);
    assertThat(model.getBatchStats(0).getComputeInfer().getCount()).isEqualTo(2);
    assertThat(statistics("")).hasSize(2);
    assertThatThrownBy(() -> statistics("unknown")).hasMessageStartingWith("NOT_FOUND: ");
  }

  @Test
  void theIndexHasEveryVersion() {
    var index = client.blocking().repositoryIndex(RepositoryIndexRequest.getDefaultInstance());

    assertThat(index.getModelsList().stream().map(row -> row.getName() + row.getVersion()))
        .containsExactly("fake1", "other-model3");
    assertThat(index.getModels(0).getState()).isEqualTo("READY");
  }

  @Test
  void modelsAreNotChangedOnThisPort() {
    var load = RepositoryModelLoadRequest.newBuilder().setModelName("fake").build();
    var unload = RepositoryModelUnloadRequest.newBuilder().setModelName("fake").build();

    assertThatThrownBy(() -> client.blocking().repositoryModelLoad(load))
        .hasMessageStartingWith("PERMISSION_DENIED: models are loaded and unloaded on the")
        .hasMessageContaining("--management-port");
    assertThatThrownBy(() -> client.blocking().repositoryModelUnload(unload))
        .hasMessageStartingWith("PERMISSION_DENIED: ");
    assertThat(GrpcClient.shown(client.infer(images("7")))).containsExactly(7);
  }

  @ParameterizedTest
  @CsvSource({
    "SystemSharedMemoryStatus, shared memory is not supported",
    "SystemSharedMemoryRegister, shared memory is not supported",
    "SystemSharedMemoryUnregister, shared memory is not supported",
    "CudaSharedMemoryStatus, shared memory is not supported",
    "CudaSharedMemoryRegister, shared memory is not supported",
    "CudaSharedMemoryUnregister, shared memory is not supported",
    "TraceSetting, trace settings cannot be read or changed by clients",
    "LogSettings, log settings cannot be read or changed by clients"
  })
  void whatIsNotSupportedIsRefusedWithTheCure(String name, String message) {
    var live = GRPCInferenceServiceGrpc.getServerLiveMethod();
    var method =
        live.toBuilder()
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    GRPCInferenceServiceGrpc.SERVICE_NAME, name))
            .build();

    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    client.channel(),
                    method,
                    CallOptions.DEFAULT,
                    ServerLiveRequest.getDefaultInstance()))
        .hasMessageStartingWith("UNIMPLEMENTED: " + message + "; ");
  }

  @Test
  void theMetadataNamesTheExtensions() {
    assertThat(
            client
                .blocking()
                .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                .getExtensionsList())
        .contains("model_configuration", "statistics");
  }
}
