package io.lynxeye.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.TestServer.Settings;
import io.lynxeye.batching.NanoClock;
import io.lynxeye.fakes.RecordedRequests;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.ModelDirectory;
import io.lynxeye.scoring.ScoringService;
import io.lynxeye.security.Protection;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Messages that begin and do not go on, written by hand: no client of gRPC sends half a message.
 */
class UploadDeadlineTest {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final Admission admission = new Admission(10, 10_000);
  private final RecordedRequests recorded = new RecordedRequests();

  private GrpcListener listener() {
    ModelRegistry registry = new ModelRegistry();
    ScoringService scoring =
        new ScoringService(
            new ModelDirectory(registry, "fake"),
            (model, answer, decode) -> {},
            admission::places,
            Duration.ofSeconds(1),
            NanoClock.SYSTEM);
    return new GrpcListener(
        Settings.DEFAULT.config(),
        Protection.none(),
        scoring,
        admission,
        registry,
        () -> true,
        recorded,
        Duration.ofMillis(300));
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Each as it is, without a table. */
  private static byte[] headers(String method) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    Map<String, String> fields =
        new TreeMap<>( // Those with a colon come first.
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

  private static void awaitTrailers(Socket socket) throws IOException {
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

  private void sendHalfAMessage(Socket socket, String method) throws IOException {
    byte[] half = {0, 0, 0, 0, 100, 1, 2, 3}; // Not compressed; 100 bytes to come, 3 of them here.
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(frame(SETTINGS, 0, 0, new byte[0]));
    socket.getOutputStream().write(frame(HEADERS, END_HEADERS, 1, headers(method)));
    socket.getOutputStream().write(frame(DATA, 0, 1, half));
  }

  @Test
  void aCallWhoseMessageStallsIsToldAndGivesItsPlaceBack() throws Exception {
    GrpcListener listener = listener();
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), listener.open("127.0.0.1", 0))) {
      sendHalfAMessage(socket, "ModelInfer");
      Awaitility.await().until(() -> admission.arriving() == 1 && admission.bytes() == 3);

      awaitTrailers(socket);

      assertThat(recorded.only().status()).isEqualTo(504);
      Awaitility.await().until(() -> admission.arriving() == 0 && admission.bytes() == 0);
    } finally {
      listener.shutdown(Duration.ZERO).join();
    }
  }

  @Test
  void aStreamWhoseMessageStallsLikewise() throws Exception {
    GrpcListener listener = listener();
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), listener.open("127.0.0.1", 0))) {
      sendHalfAMessage(socket, "ModelStreamInfer");
      Awaitility.await().until(() -> admission.arriving() == 1);

      awaitTrailers(socket);

      Awaitility.await().until(() -> admission.arriving() == 0 && admission.bytes() == 0);
    } finally {
      listener.shutdown(Duration.ZERO).join();
    }
  }

  @Test
  void whoLeavesInMidUploadGivesItsPlaceBack() throws Exception {
    GrpcListener listener = listener();
    int port = listener.open("127.0.0.1", 0);
    try {
      try (Socket leaving = new Socket(InetAddress.getLoopbackAddress(), port)) {
        sendHalfAMessage(leaving, "ModelInfer");
        Awaitility.await().until(() -> admission.arriving() == 1);
      }

      Awaitility.await().until(() -> admission.arriving() == 0 && admission.bytes() == 0);
    } finally {
      listener.shutdown(Duration.ZERO).join();
    }
  }
}
