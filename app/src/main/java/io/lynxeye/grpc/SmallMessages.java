package io.lynxeye.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Reads messages that are small, and of others no more than that shows: compressed, they unpack to
 * a thousand times what was sent, and some of these calls need no key.
 *
 * @param <T> the message
 */
final class SmallMessages<T> implements Marshaller<T> {

  /** Of a message, sent or unpacked: a name, a version and room. */
  static final int MAX_BYTES = 4 * 1024;

  private final Marshaller<T> marshaller;

  private SmallMessages(Marshaller<T> marshaller) {
    this.marshaller = marshaller;
  }

  /** The service, all of whose requests are small. */
  static ServerServiceDefinition of(ServerServiceDefinition service) {
    ServerServiceDefinition.Builder all =
        ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      all.addMethod(of(method));
    }
    return all.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> of(ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> called = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        called.toBuilder(
                new SmallMessages<>(called.getRequestMarshaller()), called.getResponseMarshaller())
            .build(),
        method.getServerCallHandler());
  }

  static StatusRuntimeException refusal() {
    return Status.RESOURCE_EXHAUSTED
        .withDescription("the message is larger than " + MAX_BYTES + " bytes; send a smaller one")
        .asRuntimeException();
  }

  @Override
  public InputStream stream(T value) {
    return marshaller.stream(value);
  }

  /** What is thrown here, gRPC logs and tells without a word of why: the call is ended instead. */
  @Override
  public T parse(InputStream stream) {
    try {
      byte[] message = stream.readNBytes(MAX_BYTES + 1);
      if (message.length <= MAX_BYTES) {
        return marshaller.parse(new ByteArrayInputStream(message));
      }
      Upload.current().refuse(refusal());
    } catch (StatusRuntimeException e) {
      Upload.current().refuse(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return marshaller.parse(InputStream.nullInputStream());
  }
}
