package io.lynxeye.grpc;

import io.grpc.stub.StreamObserver;
import io.lynxeye.admission.RejectedException;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.lifecycle.ServedModel;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelId;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.lynxeye.protocols.inference.ModelMetadataRequest;
import io.lynxeye.protocols.inference.ModelMetadataResponse;
import io.lynxeye.protocols.inference.ModelReadyRequest;
import io.lynxeye.protocols.inference.ModelReadyResponse;
import io.lynxeye.protocols.inference.ServerLiveRequest;
import io.lynxeye.protocols.inference.ServerLiveResponse;
import io.lynxeye.protocols.inference.ServerMetadataRequest;
import io.lynxeye.protocols.inference.ServerMetadataResponse;
import io.lynxeye.protocols.inference.ServerReadyRequest;
import io.lynxeye.protocols.inference.ServerReadyResponse;
import io.lynxeye.scoring.ModelNotFoundException;
import io.lynxeye.scoring.Outcome;
import io.lynxeye.scoring.ScoringService;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the Open Inference Protocol tells of a server and its models. */
final class InferenceService extends GRPCInferenceServiceImplBase {

  private static final List<String> EXTENSIONS = List.of("binary_tensor_data", "classification");

  private final ScoringService scoring;
  private final ModelRegistry registry;
  private final BooleanSupplier ready;

  /**
   * @param ready whether the server can score now
   */
  InferenceService(ScoringService scoring, ModelRegistry registry, BooleanSupplier ready) {
    this.scoring = scoring;
    this.registry = registry;
    this.ready = ready;
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

  /** A model that nobody knows is not ready, either. */
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
      answer(client, ModelMetadata.of(model, versions(model.id())));
    } catch (InvalidInputException | ModelNotFoundException | RejectedException e) {
      client.onError(Statuses.of(Outcome.of(e)));
    }
  }

  /** All that are available of a model. */
  private List<String> versions(ModelId of) {
    return registry.all().stream()
        .map(ServedModel::id)
        .filter(id -> id.name().equals(of.name()))
        .map(id -> Integer.toString(id.version()))
        .toList();
  }
}
