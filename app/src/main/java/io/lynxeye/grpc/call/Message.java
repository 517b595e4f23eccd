package io.lynxeye.grpc.call;

import io.grpc.Detachable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A message as it arrived: in gRPC's buffers, which are not in the heap, until it is read. One that
 * was packed had to be unpacked, and is in the heap already. Its {@link ScoringCall} frees its
 * buffers, at the latest when the call ends. Used under that call's lock.
 */
public final class Message {

  private final InputStream stream;
  private final int unread;

  private Message(InputStream stream, int unread) {
    this.stream = stream;
    this.unread = unread;
  }

  /** The message of the call on this thread. */
  static Message arrived(InputStream arrived) throws IOException {
    Message message = of(arrived);
    ScoringCall.current().arrived(message);
    return message;
  }

  private static Message of(InputStream arrived) throws IOException {
    if (arrived instanceof Detachable buffers && arrived instanceof KnownLength) {
      int length = arrived.available();
      return new Message(buffers.detach(), length);
    }
    return new Message(new ByteArrayInputStream(arrived.readAllBytes()), 0);
  }

  /** The bytes that reading it takes of the heap. */
  int unread() {
    return unread;
  }

  /** Reads the message and frees its buffers; to be called once. */
  byte[] read() {
    try (stream) {
      byte[] bytes = new byte[stream.available()]; // One array of the right size: megabytes.
      stream.readNBytes(bytes, 0, bytes.length);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Frees the buffers of a message that is not read. */
  void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
