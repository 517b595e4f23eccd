package io.lynxeye.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.lynxeye.protocols.health.HealthGrpc;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.Credentials;
import java.util.Set;

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

  private final Authenticator callers;

  Authentication(Authenticator callers) {
    this.callers = callers;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    boolean isKnown =
        new Credentials(headers.get(AUTHORIZATION), headers.get(API_KEY)).areKnownTo(callers);
    if (isKnown || WITHOUT_KEY.contains(call.getMethodDescriptor().getFullMethodName())) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription(
            "a valid key is needed; send it as metadata 'authorization: Bearer KEY' or 'x-api-key: KEY'"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
