package io.lynxeye.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.lynxeye.protocols.inference.ModelStreamInferResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Collects the answers to a stream. */
public final class StreamAnswers implements StreamObserver<ModelStreamInferResponse> {

  private final List<ModelStreamInferResponse> all = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();

  @Override
  public void onNext(ModelStreamInferResponse answer) {
    all.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }

  public List<ModelStreamInferResponse> all() {
    return all;
  }

  /** How the stream ended. */
  public CompletableFuture<Status> end() {
    return end;
  }
}
