package io.lynxeye.grpc.inference;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.lynxeye.grpc.call.RequestMarshaller;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.serving.repository.Unsupported;
import java.util.List;

/**
 * Methods of Triton's service that this server does not have. gRPC's own answer to an unknown
 * method would not say what to do instead.
 */
final class RefusedMethods {

  private RefusedMethods() {}

  /** The status of calls that would change the store. */
  static StatusRuntimeException change() {
    return Status.PERMISSION_DENIED
        .withDescription(Unsupported.CHANGES.message())
        .asRuntimeException();
  }

  static void addTo(ServerServiceDefinition.Builder service) {
    for (String memory : List.of("SystemSharedMemory", "CudaSharedMemory")) {
      for (String action : List.of("Status", "Register", "Unregister")) {
        add(service, memory + action, Unsupported.SHARED_MEMORY);
      }
    }
    add(service, "TraceSetting", Unsupported.TRACE_SETTINGS);
    add(service, "LogSettings", Unsupported.LOG_SETTINGS);
  }

  private static void add(
      ServerServiceDefinition.Builder service, String name, Unsupported reason) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(RequestMarshaller.BYTES, RequestMarshaller.BYTES)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    GRPCInferenceServiceGrpc.SERVICE_NAME, name))
            .build();
    service.addMethod(
        method,
        ServerCalls.asyncUnaryCall(
            (request, client) ->
                client.onError(
                    Status.UNIMPLEMENTED.withDescription(reason.message()).asRuntimeException())));
  }
}
