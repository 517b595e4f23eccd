package io.lynxeye.grpc.call;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lynxeye.security.Caller;
import io.lynxeye.serving.observation.RequestId;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * A call from its headers to its end. Each message has a deadline, since a call that does not
 * complete its message would hold its bytes forever. The call is closed once, by its answer or by a
 * refusal, whichever comes first.
 *
 * <pre>
 *   RECEIVING -> RECEIVED    the message is complete; the call may be answered
 *   RECEIVED  -> RECEIVING   the next message of a stream begins
 *   RECEIVING -> REFUSED     the message is late or too large
 *   any       -> CLOSED      the status is sent, or the client has gone
 * </pre>
 *
 * Used by event loops, gRPC's threads and the timer: thread-safe.
 */
public abstract class GrpcCall extends ServerStreamTracer {

  public static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<GrpcCall> CURRENT = Context.key("call");

  private enum State {
    RECEIVING,
    RECEIVED,
    REFUSED,
    CLOSED
  }

  private final String requestId;
  private final Function<Runnable, Future<?>> deadline;
  private State state = State.RECEIVED;
  private int messages;
  private Optional<Caller> caller = Optional.empty();
  private Optional<Future<?>> timer = Optional.empty();
  private Optional<ServerCall<?, ?>> call = Optional.empty();
  private Optional<StatusRuntimeException> refusal = Optional.empty();

  /**
   * @param deadline runs a task when a message is late
   */
  GrpcCall(String requestId, Function<Runnable, Future<?>> deadline) {
    this.requestId = requestId;
    this.deadline = deadline;
  }

  /** The caller's request id, or a new one. */
  public static String requestId(Metadata headers) {
    return RequestId.of(headers.get(REQUEST_ID));
  }

  /** Adds what the client gets at the end of the call. */
  void addTo(Metadata trailers) {
    trailers.put(REQUEST_ID, requestId);
  }

  /** The call that is being handled on this thread. */
  public static GrpcCall current() {
    return CURRENT.get();
  }

  public String requestId() {
    return requestId;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(CURRENT, this);
  }

  /** Notes who calls. */
  public synchronized void caller(Caller known) {
    caller = Optional.of(known);
  }

  /** Who calls; empty if it is not known, or if no key is needed. */
  public synchronized Optional<Caller> caller() {
    return caller;
  }

  /** Starts the deadline of a message, unless one is being received. */
  synchronized void expectMessage() {
    if (state == State.RECEIVED) {
      state = State.RECEIVING;
      int number = ++messages;
      timer = Optional.of(deadline.apply(() -> late(number)));
    }
  }

  /** Called by a timer that can fire during its cancellation: the number identifies the message. */
  private synchronized void late(int number) {
    if (state == State.RECEIVING && number == messages) {
      refuse(
          Status.DEADLINE_EXCEEDED
              .withDescription("the message did not arrive in time; send it faster")
              .asRuntimeException());
    }
  }

  /**
   * No message is awaited any more. Idempotent.
   *
   * @return whether the call is open; if not, it must not be answered
   */
  public synchronized boolean received() {
    if (state == State.RECEIVING) {
      moveTo(State.RECEIVED);
    }
    return state == State.RECEIVED;
  }

  /** Ends the call with this status, unless it has ended. */
  synchronized void refuse(StatusRuntimeException why) {
    if (state == State.RECEIVING || state == State.RECEIVED) {
      moveTo(State.REFUSED);
      refusal = Optional.of(why);
      closeIfRefused();
    }
  }

  private void closeIfRefused() {
    if (call.isPresent() && refusal.isPresent()) {
      Metadata trailers = refusal.get().getTrailers();
      call.get().close(refusal.get().getStatus(), trailers == null ? new Metadata() : trailers);
    }
  }

  private synchronized void attach(ServerCall<?, ?> attached) {
    call = Optional.of(attached);
    closeIfRefused(); // The deadline may have passed before gRPC had a thread for the call.
  }

  /** Returns whether the call was open until now. */
  private synchronized boolean close() {
    boolean isFirst = state != State.CLOSED;
    moveTo(State.CLOSED);
    return isFirst;
  }

  private void moveTo(State next) {
    timer.ifPresent(running -> running.cancel(false));
    timer = Optional.empty();
    state = next;
  }

  @Override
  public void streamClosed(Status status) {
    boolean unused = close();
  }

  /** Connects a call with its tracer, which was there first. */
  public static final class Interceptor implements ServerInterceptor {

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> intercepted, Metadata headers, ServerCallHandler<Q, A> next) {
      GrpcCall current = current();
      ServerCall<Q, A> call =
          new SimpleForwardingServerCall<>(intercepted) {
            @Override
            public void close(Status status, Metadata trailers) {
              if (current.close()) {
                current.addTo(trailers);
                super.close(status, trailers);
              }
            }
          };
      current.attach(call);
      if (RequestId.isTooLong(headers.get(REQUEST_ID))) {
        call.close(
            Status.INVALID_ARGUMENT.withDescription(
                "the request id is longer than "
                    + RequestId.MAX_LENGTH
                    + " characters; send a shorter one"),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onHalfClose() {
          if (current.received()) {
            super.onHalfClose();
          }
        }
      };
    }
  }
}
