package io.lynxeye.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Ends a call whose message has begun and does not arrive: it would hold its place for ever. */
final class UploadDeadline implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    ScoringCall scoring = ScoringCall.current();
    if (scoring != null) {
      scoring.onStall(
          () ->
              call.close(
                  Status.DEADLINE_EXCEEDED.withDescription(
                      "the message did not arrive in time; send it faster"),
                  new Metadata()));
    }
    return next.startCall(call, headers);
  }
}
