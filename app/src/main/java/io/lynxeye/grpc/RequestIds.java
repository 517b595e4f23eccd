package io.lynxeye.grpc;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.lynxeye.scoring.RequestId;

/** Gives every call's trailers an {@code x-request-id}: the caller's own, or a new one. */
final class RequestIds implements ServerInterceptor {

  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  /** The current call's, from before its first interceptor on. */
  static final Context.Key<String> CURRENT = Context.key("request id");

  /** The id that a call goes by. */
  static String of(Metadata headers) {
    return RequestId.of(headers.get(HEADER));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String id = CURRENT.get();
    ServerCall<Q, A> told =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            trailers.put(HEADER, id);
            super.close(status, trailers);
          }
        };
    if (RequestId.isTooLong(headers.get(HEADER))) {
      told.close(
          Status.INVALID_ARGUMENT.withDescription(
              "the request id is longer than "
                  + RequestId.MAX_LENGTH
                  + " characters; send a shorter one"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return next.startCall(told, headers);
  }
}
