package io.lynxeye.grpc;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A connection with one call, frame by frame: no gRPC client can be made to behave like this. */
public final class RawGrpc implements AutoCloseable {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final short INITIAL_WINDOW = 4;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int MAX_FRAME = 16 * 1024;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Socket socket;
  private final OutputStream out;

  /** Connects, and sends nothing. */
  public RawGrpc(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    out = socket.getOutputStream();
  }

  /**
   * Begins the call.
   *
   * @param window bytes of the answer that the client accepts
   */
  public RawGrpc begin(String method, int window) throws IOException {
    byte[] setting = ByteBuffer.allocate(6).putShort(INITIAL_WINDOW).putInt(window).array();
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    out.write(frame(SETTINGS, 0, 0, setting));
    out.write(frame(HEADERS, END_HEADERS, 1, headers(method)));
    return this;
  }

  public RawGrpc begin(String method) throws IOException {
    return begin(method, 1 << 20);
  }

  /** Sends bytes, in one frame if they fit. */
  public RawGrpc send(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += MAX_FRAME) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + MAX_FRAME));
      out.write(frame(DATA, 0, 1, part));
    }
    return this;
  }

  /** Ends the request. */
  public RawGrpc end() throws IOException {
    out.write(frame(DATA, END_STREAM, 1, new byte[0]));
    return this;
  }

  /** Accepts more bytes of the answer. */
  public void widen(int bytes) throws IOException {
    byte[] more = ByteBuffer.allocate(4).putInt(bytes).array();
    out.write(frame(WINDOW_UPDATE, 0, 0, more));
    out.write(frame(WINDOW_UPDATE, 0, 1, more));
  }

  /** The same uncompressed message several times. */
  public static byte[] messages(byte[] message, int times) {
    ByteBuffer all = ByteBuffer.allocate((5 + message.length) * times);
    for (int i = 0; i < times; i++) {
      all.put((byte) 0).putInt(message.length).put(message);
    }
    return all.array();
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Header fields as literals, without the HPACK tables. */
  private static byte[] headers(String method) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    Map<String, String> fields =
        new TreeMap<>( // Pseudo-headers come first.
            Map.of(
                ":method", "POST",
                ":scheme", "http",
                ":path", "/inference.GRPCInferenceService/" + method,
                ":authority", "x",
                "content-type", "application/grpc",
                "te", "trailers"));
    fields.forEach(
        (name, value) -> {
          block.write(0);
          for (String text : List.of(name, value)) {
            block.write(text.length());
            block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
          }
        });
    return block.toByteArray();
  }

  /**
   * Sends a ping and reads until its answer.
   *
   * @return false if the server ends the connection instead
   */
  boolean ping() throws IOException {
    out.write(frame(PING, 0, 0, new byte[8]));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    while (true) {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      in.readInt();
      in.skipNBytes(lengthAndType >>> 8);
      int type = lengthAndType & 0xff;
      if (type == GO_AWAY || (type == PING && flags == ACK)) {
        return type == PING;
      }
    }
  }

  /** Reads until the server has ended the call. */
  public void awaitTrailers() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    while (true) {
      int lengthAndType = in.readInt();
      int flags = in.readUnsignedByte();
      in.readInt();
      in.skipNBytes(lengthAndType >>> 8);
      if ((lengthAndType & 0xff) == HEADERS && (flags & END_STREAM) != 0) {
        return;
      }
    }
  }

  /** Reads until the server has closed the connection. */
  void awaitEnd() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    try {
      while (true) {
        in.readByte();
      }
    } catch (EOFException | SocketException e) {
      return; // Closed, or reset.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
