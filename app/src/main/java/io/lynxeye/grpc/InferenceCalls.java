package io.lynxeye.grpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.lynxeye.protocols.inference.GRPCInferenceServiceGrpc;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.protocols.inference.ModelStreamInferResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code ModelInfer} and {@code ModelStreamInfer}. They get their messages as bytes: what gRPC
 * itself fails to parse, it answers without a word of why.
 */
final class InferenceCalls {

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          throw new UnsupportedOperationException("requests are only received");
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            if (stream instanceof KnownLength) { // In one piece: there may be megabytes.
              byte[] message = new byte[stream.available()];
              stream.readNBytes(message, 0, message.length);
              return message;
            }
            return stream.readAllBytes();
          } catch (StatusRuntimeException e) { // Unpacked it is too large; gRPC would not say so.
            Upload.current().refuse(e);
            return new byte[0];
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private final Inference inference;
  private final Set<InferStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  InferenceCalls(Inference inference) {
    this.inference = inference;
  }

  /** A service with these two methods, and the others as they are. */
  ServerServiceDefinition with(ServerServiceDefinition others) {
    var infer = GRPCInferenceServiceGrpc.getModelInferMethod();
    var stream = GRPCInferenceServiceGrpc.getModelStreamInferMethod();
    Set<String> ours = Set.of(infer.getFullMethodName(), stream.getFullMethodName());
    ServerServiceDefinition.Builder all =
        ServerServiceDefinition.builder(others.getServiceDescriptor().getName());
    for (ServerMethodDefinition<?, ?> method : others.getMethods()) {
      if (!ours.contains(method.getMethodDescriptor().getFullMethodName())) {
        all.addMethod(method);
      }
    }
    return all.addMethod(
            infer.toBuilder(BYTES, infer.getResponseMarshaller()).build(),
            ServerCalls.asyncUnaryCall(this::infer))
        .addMethod(
            stream.toBuilder(BYTES, stream.getResponseMarshaller()).build(),
            ServerCalls.asyncBidiStreamingCall(this::stream))
        .build();
  }

  private void infer(byte[] message, StreamObserver<ModelInferResponse> observer) {
    var client = (ServerCallStreamObserver<ModelInferResponse>) observer;
    ScoringCall call = ScoringCall.current();
    CompletableFuture<ModelInferResponse> answer = inference.infer(message, call);
    client.setOnCancelHandler(() -> answer.cancel(false));
    var unused =
        answer.whenComplete(
            (response, failure) -> {
              if (failure == null) {
                client.onNext(response);
                client.onCompleted();
                call.answered(Status.OK); // Now: when a slow reader has it may be never.
              } else if (!answer.isCancelled()) { // Else the client has gone: nobody to tell.
                client.onError(failure);
                call.answered(Status.fromThrowable(failure));
              }
            });
  }

  private StreamObserver<byte[]> stream(StreamObserver<ModelStreamInferResponse> observer) {
    var client = (ServerCallStreamObserver<ModelStreamInferResponse>) observer;
    InferStream stream = new InferStream(inference, ScoringCall.current(), client);
    streams.add(stream);
    client.setOnCancelHandler(
        () -> {
          streams.remove(stream);
          stream.abandon();
        });
    client.setOnCloseHandler(() -> streams.remove(stream));
    stream.begin();
    if (stopping) { // It came between the two words that tell a client to go away.
      stream.stop();
    }
    return stream;
  }

  /** Streams end as soon as they owe no answer: they could stay open for ever. */
  void stop() {
    stopping = true;
    streams.forEach(InferStream::stop);
  }
}
