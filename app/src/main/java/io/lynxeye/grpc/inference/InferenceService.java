package io.lynxeye.grpc.inference;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.call.RequestMarshaller;
import io.lynxeye.grpc.call.ScoringCall;
import io.lynxeye.grpc.call.Statuses;
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
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.repository.ModelRepository;
import io.lynxeye.serving.scoring.ModelNotFoundException;
import io.lynxeye.serving.scoring.ScoringService;
import io.lynxeye.serving.tensors.ModelMetadata;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

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
  private final BooleanSupplier ready;
  private final Inference inference;
  private final Set<InferStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * @param ready whether the server can score now
   * @param executor builds answers
   */
  public InferenceService(
      ScoringService scoring,
      ModelRegistry registry,
      ModelRepository repository,
      BooleanSupplier ready,
      Executor executor) {
    this.scoring = scoring;
    this.registry = registry;
    this.repository = repository;
    this.ready = ready;
    this.inference = new Inference(scoring, executor);
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
    return all.addMethod(bytes(INFER), ServerCalls.asyncUnaryCall(this::infer))
        .addMethod(bytes(STREAM), ServerCalls.asyncBidiStreamingCall(this::stream))
        .build();
  }

  private static <A> MethodDescriptor<byte[], A> bytes(MethodDescriptor<?, A> method) {
    return method.toBuilder(RequestMarshaller.BYTES, method.getResponseMarshaller()).build();
  }

  private void infer(byte[] message, StreamObserver<ModelInferResponse> observer) {
    var client = (ServerCallStreamObserver<ModelInferResponse>) observer;
    ScoringCall call = ScoringCall.current();
    CompletableFuture<ModelInferResponse> answer = inference.infer(message, call);
    client.setOnCancelHandler(() -> answer.cancel(false));
    var unused =
        answer.whenComplete(
            (response, failure) -> {
              if (failure == null) {
                client.onNext(response);
                client.onCompleted();
                call.answered(Status.OK); // Not when it is read: a slow client may never read it.
              } else if (!answer.isCancelled()) { // If it is, the client has gone.
                client.onError(failure);
                call.answered(Status.fromThrowable(failure));
              }
            });
  }

  private StreamObserver<byte[]> stream(StreamObserver<ModelStreamInferResponse> observer) {
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

  private static <T> void answer(StreamObserver<T> client, T response) {
    client.onNext(response);
    client.onCompleted();
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> client) {
    answer(client, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> client) {
    answer(client, ServerReadyResponse.newBuilder().setReady(ready.getAsBoolean()).build());
  }

  /** An unknown model is not ready: no error. */
  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> client) {
    try {
      boolean isReady =
          registry.find(request.getName(), InferRequest.version(request.getVersion())).isPresent();
      answer(client, ModelReadyResponse.newBuilder().setReady(isReady).build());
    } catch (InvalidInputException e) {
      client.onError(Statuses.of(Outcome.of(e)));
    }
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> client) {
    String version = InferenceService.class.getPackage().getImplementationVersion();
    answer(
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
    try {
      ModelDescription model =
          scoring
              .models()
              .describe(
                  InferRequest.model(request.getName()),
                  InferRequest.version(request.getVersion()));
      answer(client, response(ModelMetadata.of(model, registry.all())));
    } catch (InvalidInputException | ModelNotFoundException | RejectedException e) {
      client.onError(Statuses.of(Outcome.of(e)));
    }
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

  /** An answer that can be refused. */
  private interface Answer<T> {
    T get() throws InvalidInputException;
  }

  private static <T> void answerOrRefuse(StreamObserver<T> client, Answer<T> answer) {
    try {
      answer(client, answer.get());
    } catch (InvalidInputException | ModelNotFoundException | RejectedException e) {
      client.onError(Statuses.of(Outcome.of(e)));
    }
  }

  @Override
  public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> client) {
    answerOrRefuse(
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
    answerOrRefuse(
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
    answer(
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
