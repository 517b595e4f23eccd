package io.lynxeye.bench.load;

import io.lynxeye.bench.load.Shot.End;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Posts a picture over plain sockets, and knows how far each request got. Keeps connections, and
 * uses each second time a new one all the same. Thread-safe; a call blocks until the answer.
 */
public final class Shooter implements Closeable {

  private static final Pattern ANSWER =
      Pattern.compile("HTTP/1\\.1 (\\d{3})[\\s\\S]*\r\ncontent-length: (\\d+)[\\s\\S]*");
  private static final int PATIENCE_MILLIS = 120_000;

  private final InetSocketAddress address;
  private final byte[] request;
  private final ConcurrentLinkedDeque<Socket> resting = new ConcurrentLinkedDeque<>();

  public Shooter(URI score, byte[] picture) {
    this.address = new InetSocketAddress(score.getHost(), score.getPort());
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
            .formatted(score.getRawPath(), score.getAuthority(), picture.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(picture);
    this.request = bytes.toByteArray();
  }

  /**
   * Sends one and waits for its end.
   *
   * @param keeps whether a connection that is there already may be used
   */
  public Shot shoot(boolean keeps) {
    Socket kept = keeps ? kept() : null;
    Socket socket = kept == null ? new Socket() : kept;
    try {
      if (kept == null) {
        socket.connect(address, PATIENCE_MILLIS);
      }
      socket.setSoTimeout(PATIENCE_MILLIS);
    } catch (IOException e) {
      long now = System.nanoTime();
      return new Shot(now, now, End.REFUSED, 0);
    }
    Shot shot = post(socket);
    if (shot.end() == End.ANSWERED) {
      resting.addLast(socket);
    } else {
      close(socket);
    }
    return shot;
  }

  /**
   * One that the server has not closed meanwhile, as every client looks; null when there is none.
   */
  private Socket kept() {
    for (Socket socket = resting.pollLast(); socket != null; socket = resting.pollLast()) {
      if (isOpen(socket)) {
        return socket;
      }
      close(socket);
    }
    return null;
  }

  private static boolean isOpen(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() >= 0; // Nothing is due: -1 tells that it is closed.
    } catch (SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Shot post(Socket socket) {
    try {
      socket.getOutputStream().write(request);
    } catch (IOException e) {
      // Perhaps it refused without reading on: its answer can be read.
    }
    return answer(socket, System.nanoTime());
  }

  private static Shot answer(Socket socket, long sent) {
    StringBuilder head = new StringBuilder();
    try {
      InputStream in = socket.getInputStream();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) read(in));
      }
      Matcher answer = ANSWER.matcher(head);
      if (answer.matches()) {
        int length = Integer.parseInt(answer.group(2));
        if (in.readNBytes(length).length < length) {
          throw new IOException("closed");
        }
        return new Shot(sent, System.nanoTime(), End.ANSWERED, Integer.parseInt(answer.group(1)));
      }
    } catch (IOException e) {
      // Told by how much of it there is.
    }
    End end = head.isEmpty() ? End.CLOSED_UNANSWERED : End.TORN;
    return new Shot(sent, System.nanoTime(), end, 0);
  }

  private static int read(InputStream in) throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new IOException("closed");
    }
    return next;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Then the system closes it.
    }
  }

  @Override
  public void close() {
    resting.forEach(Shooter::close);
  }
}
