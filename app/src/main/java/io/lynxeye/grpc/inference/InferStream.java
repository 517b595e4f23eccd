package io.lynxeye.grpc.inference;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.call.Message;
import io.lynxeye.grpc.call.ScoringCall;
import io.lynxeye.grpc.call.Statuses;
import io.lynxeye.grpc.scoring.Inference;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.protocols.inference.ModelStreamInferResponse;
import io.lynxeye.serving.admission.RejectedException;
import io.lynxeye.serving.observation.Outcome;
import java.util.concurrent.CompletableFuture;

/**
 * A {@code ModelStreamInfer} call. Its requests are answered one after the other, so a stream holds
 * at most one of them; a request that fails does not end it. Messages come on gRPC's threads,
 * answers from other threads.
 */
final class InferStream implements StreamObserver<Message> {

  private enum State {
    /** The next message has been requested. */
    IDLE,
    /** A message is being scored. */
    SCORING,
    /**
     * The client does not read its answers, which would fill the heap: no further message is
     * requested.
     */
    BLOCKED,
    ENDED
  }

  /** What follows the current answer. */
  private enum Next {
    MESSAGE,
    /** The client has sent its last message. */
    COMPLETION,
    /** The server stops. */
    SHUTDOWN
  }

  private final Inference<ModelInferResponse> inference;
  private final ScoringCall call;
  private final ServerCallStreamObserver<ModelStreamInferResponse> client;
  private CompletableFuture<ModelInferResponse> current = CompletableFuture.completedFuture(null);
  private State state = State.IDLE;
  private Next next = Next.MESSAGE;

  InferStream(
      Inference<ModelInferResponse> inference,
      ScoringCall call,
      ServerCallStreamObserver<ModelStreamInferResponse> client) {
    this.inference = inference;
    this.call = call;
    this.client = client;
  }

  /** Requests the first message. Call this while the call begins. */
  void begin() {
    client.disableAutoRequest();
    client.setOnReadyHandler(this::unblock);
    client.request(1);
  }

  @Override
  public void onNext(Message message) {
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      state = State.SCORING;
    }
    CompletableFuture<ModelInferResponse> answer = inference.infer(message, call);
    synchronized (this) {
      current = answer;
    }
    var unused =
        answer.whenComplete(
            (response, failure) -> {
              if (!answer.isCancelled()) {
                answered(response, failure);
              }
            });
  }

  private synchronized void answered(ModelInferResponse response, Throwable failure) {
    ModelStreamInferResponse.Builder answer = ModelStreamInferResponse.newBuilder();
    Status status = Status.OK;
    if (failure instanceof StatusRuntimeException refusal) {
      status = refusal.getStatus();
      answer.setErrorMessage(status.getDescription());
    } else {
      answer.setInferResponse(response);
    }
    client.onNext(answer.build());
    call.answered(status);
    state = State.BLOCKED;
    switch (next) {
      case MESSAGE -> unblock();
      case COMPLETION -> complete();
      case SHUTDOWN -> shutDown();
    }
  }

  private synchronized void unblock() {
    if (state == State.BLOCKED && client.isReady()) {
      state = State.IDLE;
      client.request(1);
    }
  }

  @Override
  public synchronized void onCompleted() {
    next = Next.COMPLETION;
    if (state == State.IDLE || state == State.BLOCKED) {
      complete();
    }
  }

  private void complete() {
    state = State.ENDED;
    client.onCompleted();
  }

  /** The client has gone, or its deadline has passed. */
  synchronized void abandon() {
    current.cancel(false);
  }

  @Override
  public void onError(Throwable failure) {
    abandon();
  }

  /** The server stops: what was accepted is answered, and no further message is accepted. */
  synchronized void stop() {
    if (next == Next.MESSAGE) {
      next = Next.SHUTDOWN;
    }
    if (state == State.IDLE || state == State.BLOCKED) {
      shutDown();
    }
  }

  private void shutDown() {
    state = State.ENDED;
    if (call.received()) {
      client.onError(
          Statuses.of(Outcome.of(new RejectedException(RejectedException.Reason.DRAINING))));
    }
  }
}
