package io.lynxeye.grpc.tensorflow;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.ServerCalls.UnaryMethod;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.call.RequestMarshaller;
import io.lynxeye.grpc.scoring.Answers;
import io.lynxeye.grpc.scoring.Inference;
import io.lynxeye.grpc.scoring.ScoringMethod;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataRequest;
import io.lynxeye.protocols.tensorflow.serving.GetModelMetadataResponse;
import io.lynxeye.protocols.tensorflow.serving.GetModelStatusRequest;
import io.lynxeye.protocols.tensorflow.serving.GetModelStatusResponse;
import io.lynxeye.protocols.tensorflow.serving.ModelServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.scoring.ScoringService;
import io.lynxeye.serving.scoring.VersionStatuses;
import io.lynxeye.serving.tensors.Excerpt;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** TensorFlow Serving's {@code PredictionService} and {@code ModelService}. */
public final class TensorFlowServices {

  private final ScoringService scoring;
  private final VersionStatuses statuses;
  private final Executor executor;

  /**
   * @param executor builds answers
   */
  public TensorFlowServices(ScoringService scoring, VersionStatuses statuses, Executor executor) {
    this.scoring = scoring;
    this.statuses = statuses;
    this.executor = executor;
  }

  /** The services. */
  public List<ServerServiceDefinition> definitions() {
    return List.of(prediction(), models());
  }

  private ServerServiceDefinition prediction() {
    ServerServiceDefinition.Builder service =
        ServerServiceDefinition.builder(PredictionServiceGrpc.SERVICE_NAME);
    ScoringMethod.add(
        service,
        PredictionServiceGrpc.getPredictMethod(),
        new Inference<>(scoring, executor, PredictCall::parse));
    ScoringMethod.add(
        service,
        PredictionServiceGrpc.getClassifyMethod(),
        new Inference<>(scoring, executor, ExampleCall::classify));
    ScoringMethod.add(
        service,
        PredictionServiceGrpc.getRegressMethod(),
        new Inference<>(scoring, executor, ExampleCall::regress));
    return service
        .addMethod(small(PredictionServiceGrpc.getGetModelMetadataMethod(), this::metadata))
        .addMethod(
            refused(
                PredictionServiceGrpc.getMultiInferenceMethod(),
                "MultiInference is not supported; call Classify and Regress"))
        .build();
  }

  private ServerServiceDefinition models() {
    return ServerServiceDefinition.builder(ModelServiceGrpc.SERVICE_NAME)
        .addMethod(small(ModelServiceGrpc.getGetModelStatusMethod(), this::status))
        .addMethod(
            refused(
                ModelServiceGrpc.getHandleReloadConfigRequestMethod(),
                "the configuration cannot be changed over gRPC; add and remove models in the model store or on the management port"))
        .build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> small(
      MethodDescriptor<Q, A> method, UnaryMethod<Q, A> answer) {
    return RequestMarshaller.small(
        ServerMethodDefinition.create(method, ServerCalls.asyncUnaryCall(answer)));
  }

  /** A method that is refused before its message is read. */
  private static <Q, A> ServerMethodDefinition<Q, A> refused(
      MethodDescriptor<Q, A> method, String reason) {
    return ServerMethodDefinition.create(
        method,
        (call, headers) -> {
          call.close(Status.UNIMPLEMENTED.withDescription(reason), new Metadata());
          return new ServerCall.Listener<>() {};
        });
  }

  private void metadata(
      GetModelMetadataRequest request, StreamObserver<GetModelMetadataResponse> client) {
    Answers.sendOrRefuse(
        client,
        () -> {
          requireSignatures(request.getMetadataFieldList());
          RequestedModel model = new RequestedModel(request.getModelSpec());
          return ModelMessages.metadata(scoring.models().describe(model.model(), model.version()));
        });
  }

  private static void requireSignatures(List<String> fields) throws InvalidInputException {
    Optional<String> other =
        fields.stream().filter(field -> !field.equals(ModelMessages.SIGNATURES)).findFirst();
    if (fields.isEmpty() || other.isPresent()) {
      throw new InvalidInputException(
          "%s; the metadata has one field: set metadata_field to signature_def"
              .formatted(
                  other
                      .map(field -> "there is no metadata_field '" + Excerpt.of(field) + "'")
                      .orElse("metadata_field is missing")));
    }
  }

  private void status(
      GetModelStatusRequest request, StreamObserver<GetModelStatusResponse> client) {
    Answers.sendOrRefuse(
        client, () -> ModelMessages.status(statuses(new RequestedModel(request.getModelSpec()))));
  }

  private List<ModelStatus> statuses(RequestedModel asked) throws InvalidInputException {
    String model =
        asked
            .model()
            .orElseThrow(
                () -> new InvalidInputException("the request names no model; set model_spec.name"));
    List<ModelStatus> found = statuses.of(model, asked.version());
    if (found.isEmpty()) {
      throw Status.NOT_FOUND
          .withDescription("there is no model '" + Excerpt.of(model) + "'" + asked.version())
          .asRuntimeException();
    }
    return found;
  }
}
