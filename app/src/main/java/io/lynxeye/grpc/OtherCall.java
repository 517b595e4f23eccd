package io.lynxeye.grpc;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.lynxeye.scoring.RequestNotes;

/** A call that scores nothing: its message is small, and it takes no place. */
final class OtherCall extends ServerStreamTracer {

  private static final int MAX_BYTES = 64 * 1024;

  private final RequestNotes notes;
  private long bytes;

  OtherCall(RequestNotes notes) {
    this.notes = notes;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(RequestIds.CURRENT, notes.call().requestId());
  }

  @Override
  public void inboundWireSize(long more) {
    bytes += more;
    if (bytes > MAX_BYTES) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("the message is larger than " + MAX_BYTES + " bytes; send a smaller one")
          .asRuntimeException();
    }
  }

  @Override
  public void streamClosed(Status status) {
    if (status.getCode() == Status.Code.CANCELLED) {
      notes.abandoned(bytes);
    } else {
      notes.ended(Statuses.http(status), bytes);
    }
  }
}
