package io.lynxeye.grpc.inference;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.call.Message;
import io.lynxeye.grpc.call.RequestMarshaller;
import io.lynxeye.grpc.call.ScoringCall;
import io.lynxeye.grpc.scoring.Answers;
import io.lynxeye.grpc.scoring.Inference;
import io.lynxeye.grpc.scoring.ScoringMethod;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.lynxeye.protocols.inference.ModelConfigRequest;
import io.lynxeye.protocols.inference.ModelConfigResponse;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.protocols.inference.ModelMetadataRequest;
import io.lynxeye.protocols.inference.ModelMetadataResponse;
import io.lynxeye.protocols.inference.ModelMetadataResponse.TensorMetadata;
import io.lynxeye.protocols.inference.ModelReadyRequest;
import io.lynxeye.protocols.inference.ModelReadyResponse;
import io.lynxeye.protocols.inference.ModelStatisticsRequest;
import io.lynxeye.protocols.inference.ModelStatisticsResponse;
import io.lynxeye.protocols.inference.ModelStreamInferResponse;
import io.lynxeye.protocols.inference.RepositoryIndexRequest;
import io.lynxeye.protocols.inference.RepositoryIndexResponse;
import io.lynxeye.protocols.inference.RepositoryModelLoadRequest;
import io.lynxeye.protocols.inference.RepositoryModelLoadResponse;
import io.lynxeye.protocols.inference.RepositoryModelUnloadRequest;
import io.lynxeye.protocols.inference.RepositoryModelUnloadResponse;
import io.lynxeye.protocols.inference.ServerLiveRequest;
import io.lynxeye.protocols.inference.ServerLiveResponse;
import io.lynxeye.protocols.inference.ServerMetadataRequest;
import io.lynxeye.protocols.inference.ServerMetadataResponse;
import io.lynxeye.protocols.inference.ServerReadyRequest;
import io.lynxeye.protocols.inference.ServerReadyResponse;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.liveness.Health;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.repository.ModelRepository;
import io.lynxeye.serving.scoring.ScoringService;
import io.lynxeye.serving.tensors.ModelMetadata;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The Open Inference Protocol: health, metadata, {@code ModelInfer}, {@code ModelStreamInfer}. */
public final class InferenceService extends GRPCInferenceServiceImplBase {

  private static final MethodDescriptor<?, ModelInferResponse> INFER =
      GRPCInferenceServiceGrpc.getModelInferMethod();
  private static final MethodDescriptor<?, ModelStreamInferResponse> STREAM =
      GRPCInferenceServiceGrpc.getModelStreamInferMethod();
  private static final List<String> EXTENSIONS =
      List.of("binary_tensor_data", "classification", "model_configuration", "statistics");

  private final ScoringService scoring;
  private final ModelRegistry registry;
  private final ModelRepository repository;
  private final Health health;
  private final Inference<ModelInferResponse> inference;
  private final Set<InferStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * @param health for health checks
   * @param executor builds answers
   */
  public InferenceService(
      ScoringService scoring,
      ModelRegistry registry,
      ModelRepository repository,
      Health health,
      Executor executor) {
    this.scoring = scoring;
    this.registry = registry;
    this.repository = repository;
    this.health = health;
    this.inference = new Inference<>(scoring, executor, InferRequest::parse);
  }

  /** The methods. The two that score get their requests as bytes, which they parse themselves. */
  public ServerServiceDefinition definition() {
    Set<String> asBytes = Set.of(INFER.getFullMethodName(), STREAM.getFullMethodName());
    ServerServiceDefinition.Builder all =
        ServerServiceDefinition.builder(GRPCInferenceServiceGrpc.SERVICE_NAME);
    for (ServerMethodDefinition<?, ?> method : bindService().getMethods()) {
      if (!asBytes.contains(method.getMethodDescriptor().getFullMethodName())) {
        all.addMethod(RequestMarshaller.small(method));
      }
    }
    RefusedMethods.addTo(all);
    ScoringMethod.add(all, INFER, inference);
    return all.addMethod(
            RequestMarshaller.asMessages(STREAM), ServerCalls.asyncBidiStreamingCall(this::stream))
        .build();
  }

  private StreamObserver<Message> stream(StreamObserver<ModelStreamInferResponse> observer) {
    var client = (ServerCallStreamObserver<ModelStreamInferResponse>) observer;
    InferStream stream = new InferStream(inference, ScoringCall.current(), client);
    streams.add(stream);
    client.setOnCancelHandler(
        () -> {
          streams.remove(stream);
          stream.abandon();
        });
    client.setOnCloseHandler(() -> streams.remove(stream));
    stream.begin();
    if (stopping) { // The call arrived between the two frames that tell a client to go away.
      stream.stop();
    }
    return stream;
  }

  /** Ends every stream once its pending response is sent; streams could otherwise stay open. */
  public void stop() {
    stopping = true;
    streams.forEach(InferStream::stop);
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> client) {
    Answers.send(client, ServerLiveResponse.newBuilder().setLive(health.isLive()).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> client) {
    Answers.send(client, ServerReadyResponse.newBuilder().setReady(health.isReady()).build());
  }

  /** An unknown model is not ready: no error. */
  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> client) {
    Answers.sendOrRefuse(
        client,
        () -> {
          VersionChoice version = InferRequest.version(request.getVersion());
          boolean isReady = registry.find(request.getName(), version).isPresent();
          return ModelReadyResponse.newBuilder().setReady(isReady).build();
        });
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> client) {
    String version = InferenceService.class.getPackage().getImplementationVersion();
    Answers.send(
        client,
        ServerMetadataResponse.newBuilder()
            .setName("lynxeye")
            .setVersion(version == null ? "development" : version)
            .addAllExtensions(EXTENSIONS)
            .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> client) {
    Answers.sendOrRefuse(
        client,
        () -> {
          ModelDescription model =
              scoring
                  .models()
                  .describe(
                      InferRequest.model(request.getName()),
                      InferRequest.version(request.getVersion()));
          return response(ModelMetadata.of(model, registry.all()));
        });
  }

  private static ModelMetadataResponse response(ModelMetadata model) {
    return ModelMetadataResponse.newBuilder()
        .setName(model.name())
        .addAllVersions(model.versions())
        .setPlatform(model.platform())
        .addAllInputs(model.inputs().stream().map(InferenceService::tensor).toList())
        .addAllOutputs(model.outputs().stream().map(InferenceService::tensor).toList())
        .putProperties("takes", model.takes())
        .build();
  }

  private static TensorMetadata tensor(ModelMetadata.Tensor tensor) {
    return TensorMetadata.newBuilder()
        .setName(tensor.name())
        .setDatatype(tensor.datatype())
        .addAllShape(tensor.shape())
        .build();
  }

  @Override
  public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> client) {
    Answers.sendOrRefuse(
        client,
        () ->
            ModelConfigResponse.newBuilder()
                .setConfig(
                    RepositoryMessages.of(
                        repository.configuration(
                            InferRequest.model(request.getName()),
                            InferRequest.version(request.getVersion()))))
                .build());
  }

  /** Without a name, of all models. */
  @Override
  public void modelStatistics(
      ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> client) {
    Answers.sendOrRefuse(
        client,
        () -> {
          List<ModelRepository.Statistics> models =
              request.getName().isEmpty()
                  ? repository.statistics()
                  : repository.statistics(
                      request.getName(), InferRequest.version(request.getVersion()));
          return ModelStatisticsResponse.newBuilder()
              .addAllModelStats(models.stream().map(RepositoryMessages::of).toList())
              .build();
        });
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> client) {
    Answers.send(
        client,
        RepositoryIndexResponse.newBuilder()
            .addAllModels(
                repository.index(request.getReady()).stream().map(RepositoryMessages::of).toList())
            .build());
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> client) {
    client.onError(RefusedMethods.change());
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> client) {
    client.onError(RefusedMethods.change());
  }
}
