package io.lynxeye.bench.fuzz;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection: sends an attempt, and reads what comes until all is answered or it is closed. */
final class RawExchange {

  private static final Pattern STATUS = Pattern.compile("HTTP/\\d\\.\\d (\\d{3})[^\r\n]*\r\n");
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");
  private static final Pattern CHUNKED = Pattern.compile("(?i)\r\ntransfer-encoding: chunked\r\n");
  private static final Duration BETWEEN_PIECES = Duration.ofMillis(20);

  /** For what need not be answered. */
  private static final Duration IMPATIENCE = Duration.ofMillis(300);

  private final Duration patience;
  private final List<RawAnswer> answers = new ArrayList<>();
  private boolean isHung;

  RawExchange(Duration patience) {
    this.patience = patience;
  }

  /** What came. */
  List<RawAnswer> answers() {
    return answers;
  }

  /** Whether the server neither answered nor closed in time. */
  boolean isHung() {
    return isHung;
  }

  /**
   * Sends and reads; to be called once.
   *
   * @throws IOException when there is no connection to be had
   */
  void run(URI server, Attempt attempt) throws IOException, InterruptedException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(server.getHost(), server.getPort()),
          Math.toIntExact(patience.toMillis()));
      Duration wait = attempt.isWhole() ? patience : IMPATIENCE;
      socket.setSoTimeout(Math.toIntExact(wait.toMillis()));
      send(socket.getOutputStream(), attempt.pieces());
      try {
        readAll(new BufferedInputStream(socket.getInputStream()), attempt.methods());
      } catch (SocketTimeoutException e) {
        isHung = attempt.isWhole();
      } catch (IOException e) {
        // Closed, perhaps by a reset: also an answer.
      }
    }
  }

  /** A server that refuses need not read on. */
  private static void send(OutputStream out, List<byte[]> pieces) throws InterruptedException {
    try {
      for (int i = 0; i < pieces.size(); i++) {
        if (i > 0) {
          TimeUnit.MILLISECONDS.sleep(BETWEEN_PIECES.toMillis());
        }
        out.write(pieces.get(i));
        out.flush();
      }
    } catch (IOException e) {
      // What it said before it closed is read.
    }
  }

  private void readAll(InputStream in, List<String> methods) throws IOException {
    int ended = 0;
    while (ended < methods.size()) {
      String head = head(in);
      Matcher status = STATUS.matcher(head);
      if (!status.lookingAt()) {
        answers.add(new RawAnswer(0, head, ""));
        return;
      }
      int code = Integer.parseInt(status.group(1));
      if (code >= 200) {
        boolean hasBody = code != 204 && code != 304 && !methods.get(ended).equals("HEAD");
        answers.add(new RawAnswer(code, head, hasBody ? body(in, head) : ""));
        ended++;
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static String body(InputStream in, String head) throws IOException {
    Matcher length = LENGTH.matcher(head);
    byte[] bytes = {};
    if (length.find()) {
      bytes = in.readNBytes(Integer.parseInt(length.group(1)));
    } else if (CHUNKED.matcher(head).find()) {
      bytes = in.readAllBytes(); // The last one's, as nothing else comes in chunks.
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
