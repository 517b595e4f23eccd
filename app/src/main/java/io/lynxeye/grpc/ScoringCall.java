package io.lynxeye.grpc;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.lynxeye.admission.RejectedException;
import io.lynxeye.admission.RequestLimiter;
import io.lynxeye.admission.RequestLimiter.RequestPermit;
import io.lynxeye.scoring.ModelLabel;
import io.lynxeye.scoring.Outcome;
import io.lynxeye.scoring.RequestNotes;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A call that scores, from its head to its end. Each of its messages claims its bytes as they
 * arrive, takes a place among the requests that the server carries once work on it begins, and
 * gives both back with its answer: a flood meets a refusal before it fills the heap.
 *
 * <p>gRPC tells of bytes on event loops, answers come from elsewhere: thread-safe.
 */
final class ScoringCall extends ServerStreamTracer {

  private static final Context.Key<ScoringCall> CURRENT = Context.key("scoring call");

  private final String requestId;
  private final Supplier<RequestNotes> observation;
  private final RequestLimiter admission;
  private final Upload upload;
  private Optional<RequestNotes> notes = Optional.empty();
  private Optional<RequestPermit> permit = Optional.empty();
  private long wire;
  private long unpacked;
  private long held;
  private boolean observed;
  private boolean closed;

  /**
   * @param observation begins to observe a message
   * @param upload has begun
   */
  ScoringCall(
      String requestId,
      Supplier<RequestNotes> observation,
      RequestLimiter admission,
      Upload upload) {
    this.requestId = requestId;
    this.observation = observation;
    this.admission = admission;
    this.upload = upload;
  }

  /** The one whose message is being handled on this thread. */
  static ScoringCall current() {
    return CURRENT.get();
  }

  String requestId() {
    return requestId;
  }

  @Override
  public Context filterContext(Context context) {
    return upload.in(context.withValues(RequestIds.CURRENT, requestId, CURRENT, this));
  }

  /** The call's only message is expected: what becomes of it is observed from now on. */
  synchronized ScoringCall begun() {
    observed = true;
    notes = notes.or(() -> Optional.of(observation.get()));
    return this;
  }

  @Override
  public void inboundMessage(int number) {
    receive();
    upload.begin();
  }

  private synchronized void receive() {
    begun();
    if (permit.isEmpty() && !closed) {
      refusing(() -> permit = Optional.of(admission.acquire()));
    }
  }

  /**
   * A message is whole and work on it begins: takes a place. Not before: one that is never said to
   * be the last would keep it for ever.
   *
   * @return whether the call goes on; else it has been refused and must be left alone
   * @throws RejectedException {@code TOO_BUSY}
   */
  boolean arrived() {
    boolean goesOn = settled();
    if (goesOn) {
      admit();
    }
    return goesOn;
  }

  private synchronized void admit() {
    permit.ifPresent(admitted -> admitted.admit(1));
  }

  /**
   * No message is awaited any more.
   *
   * @return whether the call goes on; else it has been refused and must be left alone
   */
  boolean settled() {
    return upload.arrived();
  }

  @Override
  public synchronized void inboundWireSize(long more) {
    wire += more;
    hold();
  }

  /** Also told of what came as it is, which is no more bytes than came. */
  @Override
  public synchronized void inboundUncompressedSize(long more) {
    unpacked += more;
    hold();
  }

  private void hold() {
    long more = Math.max(wire, unpacked) - held;
    if (more > 0 && permit.isPresent()) {
      refusing(() -> permit.get().hold(more));
      held += more;
    }
  }

  /** gRPC's transport ends a call with the status that is thrown at it here. */
  private void refusing(Runnable claim) {
    try {
      claim.run();
    } catch (RejectedException e) {
      Outcome rejected = Outcome.of(e);
      notes.ifPresent(request -> request.failed(rejected));
      throw Statuses.of(rejected);
    }
  }

  /**
   * Which model the message means, and how many pictures it has: each takes a place.
   *
   * @throws RejectedException {@code TOO_BUSY}
   */
  synchronized void asks(ModelLabel model, int pictures) {
    notes.ifPresent(
        request -> {
          request.model(model);
          request.pictures(pictures);
        });
    permit.ifPresent(admitted -> admitted.admit(pictures));
  }

  /** Tells what is being noted of the message. */
  synchronized Optional<RequestNotes> notes() {
    return notes;
  }

  /** The message has its answer; the next may come. */
  synchronized void answered(Status status) {
    notes.ifPresent(request -> request.ended(Statuses.http(status), wire));
    giveBack();
  }

  @Override
  public void streamClosed(Status status) {
    boolean unused = settled(); // Its end, however it went.
    ended(status);
  }

  private synchronized void ended(Status status) {
    closed = true;
    if (!observed && isRefusal(status)) {
      begun();
    }
    if (status.getCode() == Status.Code.CANCELLED) {
      notes.ifPresent(request -> request.abandoned(wire));
      giveBack();
    } else {
      answered(status);
    }
  }

  /** Of a call for what it is: one without a key brings no message, and is to be seen. */
  private static boolean isRefusal(Status status) {
    int http = Statuses.http(status);
    return http >= 400 && http < 500;
  }

  private void giveBack() {
    notes = Optional.empty();
    permit.ifPresent(RequestPermit::close);
    permit = Optional.empty();
    wire = 0;
    unpacked = 0;
    held = 0;
  }
}
