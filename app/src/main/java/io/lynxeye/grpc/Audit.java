package io.lynxeye.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.lynxeye.grpc.call.GrpcCall;
import io.lynxeye.grpc.call.Statuses;
import io.lynxeye.security.AuditEntry;
import io.lynxeye.security.AuditLog;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Map;

/** Records the calls that need an administrator in the audit log, also those that are refused. */
final class Audit implements ServerInterceptor {

  private final AuditLog log;

  Audit(AuditLog log) {
    this.log = log;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!Authentication.needsAdministrator(method)) {
      return next.startCall(call, headers);
    }
    Instant time = Instant.now();
    GrpcCall current = GrpcCall.current();
    ServerCall<Q, A> recorded =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            super.close(status, trailers);
            int http = Statuses.http(status);
            log.record(
                new AuditEntry(
                    time,
                    current.requestId(),
                    "grpc",
                    address(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
                    current.caller(),
                    method,
                    Map.of(),
                    http,
                    AuditEntry.result(http)));
          }
        };
    return next.startCall(recorded, headers);
  }

  private static String address(SocketAddress from) {
    return from instanceof InetSocketAddress socket ? socket.getAddress().getHostAddress() : "";
  }
}
