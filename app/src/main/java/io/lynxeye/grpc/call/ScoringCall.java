package io.lynxeye.grpc.call;

import io.grpc.Metadata;
import io.grpc.Status;
import io.lynxeye.security.Caller;
import io.lynxeye.serving.admission.KeyLimiter;
import io.lynxeye.serving.admission.KeyLimiter.KeyPermit;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.admission.RequestLimiter;
import io.lynxeye.serving.admission.RequestLimiter.RequestPermit;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.Origin;
import io.lynxeye.serving.observation.Outcome;
import io.lynxeye.serving.observation.RequestContext;
import io.lynxeye.serving.scoring.ModelLabel;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A call that scores. Each of its messages waits outside the heap until there is memory to read it,
 * acquires a permit when it is complete, and releases both with its answer, or at the end of the
 * call.
 *
 * <p>gRPC reports bytes on event loops, answers come from other threads: thread-safe.
 */
public final class ScoringCall extends GrpcCall {

  /** Whose turn a message takes before it is read: its model is not known until then. */
  private static final String ANY_MODEL = "";

  private static final Metadata.Key<String> VERSION =
      Metadata.Key.of(Origin.VERSION_HEADER, Metadata.ASCII_STRING_MARSHALLER);

  private final Function<String, Optional<String>> headers;
  private final Supplier<RequestContext> observation;
  private final RequestLimiter requestLimiter;
  private final KeyLimiter keyLimiter;
  private Optional<KeyPermit> keyPermit = Optional.empty();
  private boolean isLimited;
  private Optional<RequestContext> context = Optional.empty();
  private Optional<ModelId> scorer = Optional.empty();
  private Optional<RequestPermit> permit = Optional.empty();
  private final Set<Message> unread = new HashSet<>();
  private long wire;
  private long unpacked;
  private long held;
  private boolean isPacked;
  private boolean observed;
  private boolean streamClosed;

  /**
   * @param headers a metadata entry by its name
   * @param observation starts to observe a message
   */
  ScoringCall(
      String requestId,
      Function<String, Optional<String>> headers,
      Function<Runnable, Future<?>> deadline,
      Supplier<RequestContext> observation,
      RequestLimiter requestLimiter,
      KeyLimiter keyLimiter) {
    super(requestId, deadline);
    this.headers = headers;
    this.keyLimiter = keyLimiter;
    this.observation = observation;
    this.requestLimiter = requestLimiter;
  }

  /** Where it comes from. */
  public Origin origin() {
    return new Origin(requestId(), caller().map(Caller::name), headers);
  }

  /** Notes the version that scored the current message: the trailers name that of the last one. */
  public synchronized void scoredBy(ModelId version) {
    scorer = Optional.of(version);
  }

  @Override
  synchronized void addTo(Metadata trailers) {
    super.addTo(trailers);
    scorer.ifPresent(id -> trailers.put(VERSION, id.version().toString()));
  }

  /** The call whose message is being handled on this thread. */
  public static ScoringCall current() {
    return (ScoringCall) GrpcCall.current();
  }

  /** Observes the message that is expected, if no message is observed yet. */
  synchronized void observe() {
    observed = true;
    if (context.isEmpty()) {
      context = Optional.of(observation.get());
      caller().ifPresent(known -> context.get().key(known.name()));
    }
  }

  @Override
  public synchronized void caller(Caller known) {
    super.caller(known);
    context.ifPresent(request -> request.key(known.name()));
  }

  @Override
  public void inboundMessage(int number) {
    reserve();
    expectMessage();
  }

  private synchronized void reserve() {
    observe();
    if (permit.isEmpty() && !streamClosed) {
      refusing(() -> permit = Optional.of(requestLimiter.acquire()));
    }
  }

  /**
   * Acquires a permit for a complete message, whose scoring begins. An incomplete message gets no
   * permit, because it might hold it forever.
   *
   * @return whether the call is open; if not, it must not be answered
   * @throws RejectedException {@code TOO_BUSY}, or {@code KEY_LIMIT} when the caller's key has used
   *     up what it may use
   */
  public synchronized boolean admit() {
    boolean isOpen = received();
    if (isOpen) {
      isLimited = true; // Unless the next line returns.
      keyPermit = caller().map(known -> keyLimiter.acquire(known.name(), known.limits()));
      isLimited = false;
      permit.ifPresent(admitted -> admitted.admit(1));
    }
    return isOpen;
  }

  /**
   * The call frees the buffers of a message that is never read: gRPC drops it if the call ends
   * first, or if a second message arrives where there may be one.
   */
  synchronized void arrived(Message message) {
    if (streamClosed) {
      message.close();
    } else {
      unread.add(message);
    }
  }

  /**
   * Reads a message once there is memory for it.
   *
   * @param executor reads a message that had to wait: never the thread that frees the memory, which
   *     may hold the lock of another call
   * @return completes with its bytes, on any thread; cancelled if the call has ended
   */
  public synchronized CompletableFuture<byte[]> read(Message message, Executor executor) {
    CompletableFuture<byte[]> bytes = new CompletableFuture<>();
    if (permit.isEmpty()) {
      bytes.cancel(false);
      return bytes;
    }
    Runnable later = () -> executor.execute(() -> readNow(message, bytes));
    if (message.unread() == 0 || permit.get().reserve(ANY_MODEL, message.unread(), later)) {
      readNow(message, bytes);
    }
    return bytes;
  }

  private void readNow(Message message, CompletableFuture<byte[]> bytes) {
    byte[] read;
    synchronized (this) {
      if (!unread.remove(message)) {
        bytes.cancel(false); // The call has ended.
        return;
      }
      read = message.read();
      permit.ifPresent(
          mine -> {
            mine.hold(message.unread());
            mine.releaseOutside();
          });
    }
    bytes.complete(read);
  }

  /** The bytes are in gRPC's buffers, outside the heap. */
  @Override
  public synchronized void inboundWireSize(long more) {
    wire += more;
    permit.ifPresent(mine -> refusing(() -> mine.holdOutside(more)));
  }

  /** Called for uncompressed messages too, once, with as many bytes as arrived. */
  @Override
  public synchronized void inboundUncompressedSize(long more) {
    unpacked += more;
    isPacked |= unpacked != wire;
    long toHold = unpacked - held;
    if (isPacked && toHold > 0 && permit.isPresent()) {
      refusing(() -> permit.get().hold(toHold));
      held += toHold;
    }
  }

  /** gRPC's transport ends a call with the status that is thrown here. */
  private void refusing(Runnable claim) {
    try {
      claim.run();
    } catch (RejectedException e) {
      Outcome rejected = Outcome.of(e);
      context.ifPresent(request -> request.failed(rejected));
      throw Statuses.of(rejected);
    }
  }

  /**
   * Notes the model, and acquires a permit for every further image of the message.
   *
   * @throws RejectedException {@code TOO_BUSY}
   */
  public synchronized void claim(ModelLabel model, int images) {
    context.ifPresent(
        request -> {
          request.model(model);
          request.images(images);
        });
    keyPermit.ifPresent(mine -> mine.images(images));
    permit.ifPresent(admitted -> admitted.admit(images));
  }

  /**
   * Counts bytes in memory that the message needs beyond its own.
   *
   * @throws RejectedException {@code TOO_BUSY}
   */
  public synchronized void holdMore(long bytes) {
    permit.ifPresent(admitted -> admitted.hold(bytes));
  }

  /** The context on the current message. */
  public synchronized Optional<RequestContext> context() {
    return context;
  }

  /** The message has its answer; the next one can be received. */
  public synchronized void answered(Status status) {
    int http = isLimited ? Statuses.TOO_MANY_REQUESTS : Statuses.http(status);
    context.ifPresent(request -> request.ended(http, wire));
    release();
  }

  @Override
  public synchronized void streamClosed(Status status) {
    super.streamClosed(status);
    streamClosed = true;
    if (!observed && isClientError(status)) { // A call without a key has no message, and counts.
      observe();
    }
    if (status.getCode() == Status.Code.CANCELLED) {
      context.ifPresent(request -> request.abandoned(wire));
      release();
    } else {
      answered(status);
    }
  }

  private static boolean isClientError(Status status) {
    int http = Statuses.http(status);
    return http >= 400 && http < 500;
  }

  private void release() {
    unread.forEach(Message::close);
    unread.clear();
    context = Optional.empty();
    permit.ifPresent(RequestPermit::close);
    permit = Optional.empty();
    keyPermit.ifPresent(KeyPermit::close);
    keyPermit = Optional.empty();
    isLimited = false;
    wire = 0;
    unpacked = 0;
    held = 0;
    isPacked = false;
  }
}
