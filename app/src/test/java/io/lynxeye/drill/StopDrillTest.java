package io.lynxeye.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.endtoend.LynxeyeProcess;
import io.lynxeye.engine.EngineRing;
import io.lynxeye.server.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM under load: every request that the server has accepted is answered. Half of the clients
 * keep their connections, the others open a new one for each request.
 */
@Tag("engine")
@Tag("drill")
@Timeout(300)
class StopDrillTest {

  private static final int CLIENTS = 16;
  private static final int ANSWERS_BEFORE = 300;

  /** A request sent this shortly before the signal may not have been read yet. */
  private static final long UNREAD_NANOS = Duration.ofMillis(50).toNanos();

  @TempDir private Path folder;

  private final String image = new String(EngineRing.sample("lynx"), StandardCharsets.ISO_8859_1);
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private volatile long stopNanos = Long.MAX_VALUE;

  @RepeatedTest(5)
  void everyAcceptedRequestIsAnswered() throws Exception {
    new TinyStore(folder).drop(1);
    String[] serve = {"serve", "--port", "0", "--model", TinyStore.MODEL};
    try (LynxeyeProcess server = LynxeyeProcess.start(folder, serve)) {
      int port = URI.create(server.awaitAddress()).getPort();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        boolean keepsConnection = i % 2 == 0;
        Thread client = new Thread(() -> sendUntilRefused(port, keepsConnection));
        client.start();
        clients.add(client);
      }
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> answered.get() > ANSWERS_BEFORE || !problems.isEmpty());
      stopNanos = System.nanoTime();
      server.terminate();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(server.exitCode()).isZero();
    }
    assertThat(problems).isEmpty();
    assertThat(underWay).as("requests under way at SIGTERM").hasPositiveValue();
  }

  /** Waits until the server accepts no more connections. */
  private void sendUntilRefused(int port, boolean keepsConnection) {
    RawConnection connection = null;
    while (true) {
      try {
        if (connection == null || !keepsConnection || !connection.isOpen()) {
          close(connection);
          connection = new RawConnection(port);
        }
      } catch (IOException e) {
        close(connection);
        return;
      }
      if (!send(connection)) {
        close(connection);
        connection = null;
      }
    }
  }

  private static void close(RawConnection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (IOException e) {
      // Then the operating system closes it.
    }
  }

  /** Returns whether the connection can be used again. */
  private boolean send(RawConnection connection) {
    String head = "POST /score HTTP/1.1\r\nHost: x\r\nContent-Length: " + image.length();
    try {
      connection.writeBytes(head + "\r\n\r\n" + image);
    } catch (IOException e) {
      return false; // The server closed the connection and has not read the request.
    }
    long sentNanos = System.nanoTime();
    try {
      RawConnection.Answer answer = connection.read();
      answered.incrementAndGet();
      if (sentNanos < stopNanos && System.nanoTime() > stopNanos) {
        underWay.incrementAndGet();
      }
      boolean isComplete = answer.body().endsWith("}");
      if (!isComplete || (answer.status() != 200 && answer.status() != 503)) {
        problems.add(answer.toString());
      }
      return isComplete && !"close".equals(answer.header("connection"));
    } catch (IOException e) {
      if (sentNanos < stopNanos - UNREAD_NANOS) {
        problems.add("no answer: " + e);
      }
      return false;
    }
  }
}
