package io.lynxeye.grpc.call;

import io.grpc.Status;
import io.lynxeye.serving.observation.RequestContext;
import java.util.concurrent.Future;
import java.util.function.Function;

/** A call that scores nothing: its message is small, and it needs no permit. */
final class OtherCall extends GrpcCall {

  private final RequestContext context;
  private long bytes;

  OtherCall(RequestContext context, Function<Runnable, Future<?>> deadline) {
    super(context.call().requestId(), deadline);
    this.context = context;
  }

  /** gRPC's transport ends a call with the status that is thrown here. */
  @Override
  public void inboundWireSize(long more) {
    bytes += more;
    if (bytes > RequestMarshaller.MAX_SMALL_BYTES) {
      throw RequestMarshaller.tooLarge();
    }
  }

  @Override
  public void streamClosed(Status status) {
    super.streamClosed(status);
    if (status.getCode() == Status.Code.CANCELLED) {
      context.abandoned(bytes);
    } else {
      context.ended(Statuses.http(status), bytes);
    }
  }
}
