package io.lynxeye.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lynxeye.admission.RejectedException;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.protocols.inference.ModelStreamInferResponse;
import io.lynxeye.scoring.Outcome;
import java.util.concurrent.CompletableFuture;

/**
 * One {@code ModelStreamInfer}: its requests are answered one after the other, so a stream holds no
 * more than one of them; a request that fails does not end it. Messages come on gRPC's threads,
 * answers from elsewhere.
 */
final class InferStream implements StreamObserver<byte[]> {

  private final Inference inference;
  private final ScoringCall call;
  private final ServerCallStreamObserver<ModelStreamInferResponse> client;
  private CompletableFuture<ModelInferResponse> current = CompletableFuture.completedFuture(null);
  private boolean isWorking;
  private boolean isFull;
  private boolean isLast;
  private boolean stopping;
  private boolean ended;

  InferStream(
      Inference inference,
      ScoringCall call,
      ServerCallStreamObserver<ModelStreamInferResponse> client) {
    this.inference = inference;
    this.call = call;
    this.client = client;
  }

  /** Asks for the first message. To be called while the call begins. */
  void begin() {
    client.disableAutoRequest();
    client.setOnReadyHandler(this::drained);
    client.request(1);
  }

  @Override
  public void onNext(byte[] message) {
    synchronized (this) {
      if (ended) {
        return;
      }
      isWorking = true;
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
    if (failure instanceof StatusRuntimeException told) {
      status = told.getStatus();
      answer.setErrorMessage(status.getDescription());
    } else {
      answer.setInferResponse(response);
    }
    client.onNext(answer.build());
    call.answered(status);
    isWorking = false;
    if (isLast) {
      client.onCompleted();
    } else if (stopping) {
      end();
    } else {
      isFull = !client.isReady();
      if (!isFull) {
        client.request(1);
      }
    }
  }

  /** Answers that nobody reads would fill the heap: the next message comes when they are read. */
  private synchronized void drained() {
    if (isFull && client.isReady()) {
      isFull = false;
      client.request(1);
    }
  }

  @Override
  public synchronized void onCompleted() {
    isLast = true;
    if (!isWorking && !ended) {
      client.onCompleted();
    }
  }

  /** The client has gone, or its deadline has. */
  synchronized void abandon() {
    current.cancel(false);
  }

  @Override
  public void onError(Throwable failure) {
    abandon();
  }

  /** The server stops: what was accepted is answered, and nothing more is. */
  synchronized void stop() {
    stopping = true;
    if (!isWorking && !isLast) {
      end();
    }
  }

  private void end() {
    ended = true;
    if (call.settled()) {
      client.onError(
          Statuses.of(Outcome.of(new RejectedException(RejectedException.Reason.DRAINING))));
    }
  }
}
