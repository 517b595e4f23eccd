package io.lynxeye.grpc.scoring;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.lynxeye.grpc.call.Message;
import io.lynxeye.grpc.call.RequestMarshaller;
import io.lynxeye.grpc.call.ScoringCall;
import java.util.concurrent.CompletableFuture;

/** The methods that score one message. */
public final class ScoringMethod {

  private ScoringMethod() {}

  /** Adds a method, which gets its requests as they arrive. */
  public static <A> void add(
      ServerServiceDefinition.Builder service,
      MethodDescriptor<?, A> method,
      Inference<A> inference) {
    service.addMethod(
        RequestMarshaller.asMessages(method),
        ServerCalls.asyncUnaryCall((message, client) -> score(message, client, inference)));
  }

  private static <A> void score(
      Message message, StreamObserver<A> observer, Inference<A> inference) {
    var client = (ServerCallStreamObserver<A>) observer;
    ScoringCall call = ScoringCall.current();
    CompletableFuture<A> answer = inference.infer(message, call);
    client.setOnCancelHandler(() -> answer.cancel(false));
    var unused =
        answer.whenComplete(
            (response, failure) -> {
              if (failure == null) {
                client.onNext(response);
                client.onCompleted();
                call.answered(Status.OK); // Not when it is read: a slow client may never read it.
              } else if (!answer.isCancelled()) { // If it is, the client has gone.
                client.onError(failure);
                call.answered(Status.fromThrowable(failure));
              }
            });
  }
}
