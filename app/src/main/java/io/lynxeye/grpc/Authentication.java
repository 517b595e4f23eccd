package io.lynxeye.grpc;

import static io.grpc.MethodDescriptor.generateFullMethodName;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.lynxeye.grpc.call.GrpcCall;
import io.lynxeye.protocols.health.HealthGrpc;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Caller;
import io.lynxeye.security.Credentials;
import io.lynxeye.security.Refusal;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Requires a key, as over HTTP, before a call acquires a permit. Only health checks need no key.
 */
final class Authentication implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);

  private static final Set<String> WITHOUT_KEY =
      Set.of(
          GRPCInferenceServiceGrpc.getServerLiveMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getServerReadyMethod().getFullMethodName(),
          HealthGrpc.getCheckMethod().getFullMethodName());

  private static final Set<String> FOR_ADMINISTRATORS =
      Stream.of("RepositoryModelLoad", "RepositoryModelUnload", "TraceSetting", "LogSettings")
          .map(name -> generateFullMethodName(GRPCInferenceServiceGrpc.SERVICE_NAME, name))
          .collect(Collectors.toUnmodifiableSet());

  private final Authenticator callers;

  Authentication(Authenticator callers) {
    this.callers = callers;
  }

  /** Whether a method changes models or settings of the server. */
  static boolean needsAdministrator(String method) {
    return FOR_ADMINISTRATORS.contains(method);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Optional<Caller> caller =
        new Credentials(headers.get(AUTHORIZATION), headers.get(API_KEY)).caller(callers);
    if (caller.isEmpty() && !WITHOUT_KEY.contains(method)) {
      return refuse(
          call,
          Status.UNAUTHENTICATED.withDescription(
              "a valid key is needed; send it as metadata 'authorization: Bearer KEY' or 'x-api-key:"
                  + " KEY'"));
    }
    caller.ifPresent(GrpcCall.current()::caller);
    if (needsAdministrator(method) && !caller.orElseThrow().isAdministrator()) {
      return refuse(
          call,
          Status.PERMISSION_DENIED.withDescription(
              Refusal.notAdministrator(callers.hasAdministrators())));
    }
    return next.startCall(call, headers);
  }

  private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Status why) {
    call.close(why, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
