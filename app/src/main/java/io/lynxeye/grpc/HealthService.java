package io.lynxeye.grpc;

import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.call.RequestMarshaller;
import io.lynxeye.protocols.health.HealthCheckRequest;
import io.lynxeye.protocols.health.HealthCheckResponse;
import io.lynxeye.protocols.health.HealthCheckResponse.ServingStatus;
import io.lynxeye.protocols.health.HealthGrpc;
import io.lynxeye.protocols.health.HealthGrpc.HealthImplBase;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.ModelServiceGrpc;
import io.lynxeye.protocols.tensorflow.serving.PredictionServiceGrpc;
import io.lynxeye.serving.liveness.Health;
import java.util.Set;

/** gRPC's health check: the server is serving when it is ready. */
final class HealthService extends HealthImplBase {

  private static final Set<String> SERVICES =
      Set.of(
          "",
          GRPCInferenceServiceGrpc.SERVICE_NAME,
          PredictionServiceGrpc.SERVICE_NAME,
          ModelServiceGrpc.SERVICE_NAME);

  private final Health health;

  HealthService(Health health) {
    this.health = health;
  }

  ServerServiceDefinition definition() {
    ServerServiceDefinition.Builder all = ServerServiceDefinition.builder(HealthGrpc.SERVICE_NAME);
    bindService().getMethods().forEach(method -> all.addMethod(RequestMarshaller.small(method)));
    return all.build();
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    if (!SERVICES.contains(request.getService())) {
      client.onError(
          Status.NOT_FOUND
              .withDescription(
                  "there is no such service; ask for " + GRPCInferenceServiceGrpc.SERVICE_NAME)
              .asRuntimeException());
      return;
    }
    ServingStatus status = health.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    client.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
    client.onCompleted();
  }
}
