package io.lynxeye.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Ends a call that does not bring what it should: it would hold its bytes for ever. */
final class UploadDeadline implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Upload upload = Upload.current();
    upload.onRefusal(
        why ->
            call.close(
                why.getStatus(), why.getTrailers() == null ? new Metadata() : why.getTrailers()));
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onHalfClose() {
        if (upload.arrived()) {
          super.onHalfClose();
        }
      }
    };
  }
}
