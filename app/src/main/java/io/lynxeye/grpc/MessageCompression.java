package io.lynxeye.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Set;

/**
 * Compresses the responses of a call in the encoding of its requests: nearly every client accepts
 * gzip, but one that compresses its own messages has a slow network. Small responses stay as they
 * are. A client that does not accept the encoding gets none of it: gRPC checks that.
 */
final class MessageCompression implements ServerInterceptor {

  /** Below, a message is one packet of the network anyway. */
  static final int MIN_BYTES = 1024;

  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);
  private static final Set<String> WRITTEN = Set.of("gzip", "deflate");

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String encoding = headers.get(ENCODING);
    if (encoding == null || !WRITTEN.contains(encoding)) {
      return next.startCall(call, headers);
    }
    call.setCompression(encoding);
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(A message) {
            boolean isLarge =
                message instanceof MessageLite sized && sized.getSerializedSize() >= MIN_BYTES;
            setMessageCompression(isLarge);
            super.sendMessage(message);
          }
        },
        headers);
  }
}
