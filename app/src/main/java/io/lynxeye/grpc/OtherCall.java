package io.lynxeye.grpc;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.lynxeye.scoring.RequestNotes;

/** A call that scores nothing: its message is small, and it takes no place. */
final class OtherCall extends ServerStreamTracer {

  private final RequestNotes notes;
  private final Upload upload;
  private long bytes;

  /**
   * @param upload has begun
   */
  OtherCall(RequestNotes notes, Upload upload) {
    this.notes = notes;
    this.upload = upload;
  }

  @Override
  public Context filterContext(Context context) {
    return upload.in(context.withValue(RequestIds.CURRENT, notes.call().requestId()));
  }

  /** gRPC's transport ends a call with the status that is thrown at it here. */
  @Override
  public void inboundWireSize(long more) {
    bytes += more;
    if (bytes > SmallMessages.MAX_BYTES) {
      throw SmallMessages.refusal();
    }
  }

  @Override
  public void streamClosed(Status status) {
    boolean unused = upload.arrived(); // Its end, however it went.
    if (status.getCode() == Status.Code.CANCELLED) {
      notes.abandoned(bytes);
    } else {
      notes.ended(Statuses.http(status), bytes);
    }
  }
}
