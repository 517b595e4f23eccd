package io.lynxeye.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.lynxeye.protocols.health.HealthGrpc;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.security.Authenticator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Asks for a key, as over HTTP, before a call takes a place; only whether the server lives and is
 * ready is told to everybody.
 */
final class Authentication implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  private static final Set<String> OPEN =
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
    // Each is asked, so that nothing can be told from which one was right.
    long admitted = credentials(headers).filter(callers::admits).count();
    if (admitted > 0 || OPEN.contains(call.getMethodDescriptor().getFullMethodName())) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription(
            "a valid key is needed; send it as metadata 'authorization: Bearer KEY' or 'x-api-key: KEY'"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static Stream<String> credentials(Metadata headers) {
    return Stream.concat(
        Optional.ofNullable(headers.get(AUTHORIZATION))
            .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .map(header -> header.substring(SCHEME.length()).strip())
            .stream(),
        Optional.ofNullable(headers.get(API_KEY)).map(String::strip).stream());
  }
}
