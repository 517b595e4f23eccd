package io.lynxeye.grpc.call;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.ZipException;

/**
 * Parses requests, and refuses a call whose request cannot be parsed: gRPC itself would log the
 * failure and end the call without a reason.
 *
 * @param <T> the request
 */
public final class RequestMarshaller<T> implements Marshaller<T> {

  /** Maximum bytes, compressed or not, of a request that scores nothing: name and version fit. */
  static final int MAX_SMALL_BYTES = 4 * 1024;

  /** Marshals a request as its bytes, of any size that the server accepts. */
  public static final Marshaller<byte[]> BYTES = new RequestMarshaller<>(RequestMarshaller::bytes);

  /** Of {@link ScoringCall}s only. */
  static final Marshaller<Message> MESSAGES = new RequestMarshaller<>(Message::arrived);

  private final Parser<T> parser;

  private interface Parser<T> {
    T parse(InputStream stream) throws IOException;
  }

  private RequestMarshaller(Parser<T> parser) {
    this.parser = parser;
  }

  /**
   * The method, with its requests limited to {@link #MAX_SMALL_BYTES}: a compressed request unpacks
   * to a thousand times its size, and some of these methods need no key.
   */
  public static <Q, A> ServerMethodDefinition<Q, A> small(ServerMethodDefinition<Q, A> method) {
    MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
    Marshaller<Q> requests = descriptor.getRequestMarshaller();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new RequestMarshaller<>(stream -> small(stream, requests)),
                descriptor.getResponseMarshaller())
            .build(),
        method.getServerCallHandler());
  }

  /**
   * A method that scores, with its requests as they arrive, of any size that the server accepts.
   */
  public static <A> MethodDescriptor<Message, A> asMessages(MethodDescriptor<?, A> method) {
    return method.toBuilder(MESSAGES, method.getResponseMarshaller()).build();
  }

  private static <T> T small(InputStream stream, Marshaller<T> marshaller) throws IOException {
    byte[] message = stream.readNBytes(MAX_SMALL_BYTES + 1);
    if (message.length > MAX_SMALL_BYTES) {
      throw tooLarge();
    }
    return marshaller.parse(new ByteArrayInputStream(message));
  }

  static StatusRuntimeException tooLarge() {
    return Status.RESOURCE_EXHAUSTED
        .withDescription(
            "the message is larger than " + MAX_SMALL_BYTES + " bytes; send a smaller one")
        .asRuntimeException();
  }

  private static StatusRuntimeException damaged() {
    return Status.INVALID_ARGUMENT
        .withDescription(
            "the message cannot be unpacked: it is damaged, or not packed as grpc-encoding says;"
                + " send it without compression")
        .asRuntimeException();
  }

  private static byte[] bytes(InputStream stream) throws IOException {
    if (stream instanceof KnownLength) { // One array of the right size: there may be megabytes.
      byte[] message = new byte[stream.available()];
      stream.readNBytes(message, 0, message.length);
      return message;
    }
    return stream.readAllBytes();
  }

  @Override
  public InputStream stream(T value) {
    throw new UnsupportedOperationException("requests are only received");
  }

  @Override
  public T parse(InputStream stream) {
    try {
      try {
        return parser.parse(stream);
      } catch (StatusRuntimeException e) {
        GrpcCall.current().refuse(e);
        return parser.parse(InputStream.nullInputStream());
      } catch (ZipException | EOFException e) {
        GrpcCall.current().refuse(damaged());
        return parser.parse(InputStream.nullInputStream());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
