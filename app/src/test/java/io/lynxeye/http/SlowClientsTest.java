package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Idle and slow connections do not keep a good client from its response. */
@Timeout(90)
class SlowClientsTest {

  private static final Logger log = LoggerFactory.getLogger(SlowClientsTest.class);
  private static final int OF_EACH_KIND = 1000;
  private static final int GOOD = 300;
  private static final String HEAD = "POST /score HTTP/1.1\nHost: x\n";

  private static TestServer server(int maxConnections, Duration headTime) {
    ConnectionLimits limits =
        new ConnectionLimits(maxConnections, headTime, Duration.ofMillis(300), 100);
    return TestServer.ready(
        new Protection(
            new SecurityConfig(limits, Optional.empty(), List.of()),
            Optional.empty(),
            Optional.empty(),
            new FilePoller(Duration.ofSeconds(1))));
  }

  private static List<RawConnection> connect(TestServer server, int count) throws IOException {
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connections.add(server.connect());
    }
    return connections;
  }

  private static int open(List<RawConnection> connections) throws IOException {
    int open = 0;
    for (RawConnection connection : connections) {
      open += connection.isOpen() ? 1 : 0;
    }
    return open;
  }

  private static void close(List<RawConnection> connections) {
    connections.forEach(
        connection -> {
          try {
            connection.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The duration of each response in milliseconds, shortest first. */
  private static double[] goodClients(TestServer server) {
    double[] took = new double[GOOD];
    for (int i = 0; i < GOOD; i++) {
      long start = System.nanoTime();
      assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
      took[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(took);
    return took;
  }

  private static String summary(double[] took) {
    return "median %.2f ms, longest %.2f ms".formatted(took[GOOD / 2], took[GOOD - 1]);
  }

  /** Sends one more letter of a header on each connection; the server may have closed it. */
  private static ScheduledExecutorService trickle(List<RawConnection> connections) {
    ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    var unused =
        thread.scheduleAtFixedRate(
            () -> connections.forEach(SlowClientsTest::trickle), 0, 100, TimeUnit.MILLISECONDS);
    return thread;
  }

  private static void trickle(RawConnection connection) {
    try {
      connection.write("a");
    } catch (IOException e) {
      Thread.onSpinWait(); // The server has closed this one; continue with the others.
    }
  }

  @Test
  void twoThousandSlowClientsDoNotBlockAGoodOne() throws Exception {
    try (TestServer server = server(4096, Duration.ofSeconds(10))) {
      double[] before = goodClients(server);
      List<RawConnection> silent = connect(server, OF_EACH_KIND);
      List<RawConnection> slow = connect(server, OF_EACH_KIND);
      for (RawConnection connection : slow) {
        connection.write(HEAD + "x-");
      }
      ScheduledExecutorService trickling = trickle(slow);

      double[] during = goodClients(server);
      log.info("good client: {} alone; {} with 2,000", summary(before), summary(during));
      assertThat(during[GOOD / 2]).isLessThan(500);

      for (RawConnection connection : silent) {
        assertThat(connection.isClosedByServer()).isTrue(); // Within ten seconds.
      }
      for (RawConnection connection : slow) {
        assertThat(connection.isClosedByServer()).isTrue();
      }
      trickling.shutdownNow();
      close(silent);
      close(slow);
    }
  }

  @Test
  void anIdleConnectionIsClosedForANewOne() throws Exception {
    try (TestServer server = server(20, Duration.ofMinutes(1))) {
      server.model().hold();
      RawConnection waiting = server.connect().post("/score", "7");
      server.model().awaitCall();

      List<RawConnection> silent = connect(server, 100);
      // All connections have been opened on their event loops before the new one.
      Awaitility.await().until(() -> open(silent) < 20);
      RawConnection newcomer = server.connect().post("/score", "8");
      server.model().release(2);

      assertThat(newcomer.read().body()).contains("label 8");
      assertThat(waiting.read().body())
          .contains("label 7"); // A connection with a complete request is kept.
      close(silent);
    }
  }

  @Test
  void theLongestUploadIsClosedForANewConnection() throws Exception {
    try (TestServer server = server(4, Duration.ofMinutes(1))) {
      List<RawConnection> uploading = connect(server, 4);
      for (int i = 0; i < 4; i++) {
        uploading.get(i).write(HEAD + "Content-Length: 2\n\n7");
        server.awaitArriving(i + 1);
      }

      try (RawConnection newcomer = server.connect().post("/score", "8")) {
        assertThat(newcomer.read().status()).isEqualTo(200);
      }

      assertThat(uploading.get(0).isClosedByServer()).isTrue();
      server.awaitArriving(3);
      close(uploading);
    }
  }

  @Test
  void theNewConnectionIsClosedIfAllOthersWaitForAResponse() throws Exception {
    try (TestServer server = server(2, Duration.ofMinutes(1))) {
      server.model().hold();
      RawConnection first = server.connect().post("/score", "1");
      RawConnection second = server.connect().post("/score", "2");
      server.awaitRequests(2);

      try (RawConnection newcomer = server.connect()) {
        assertThat(newcomer.isClosedByServer()).isTrue();
      }
      server.model().release(2);
      assertThat(first.read().status()).isEqualTo(200);
      assertThat(second.read().status()).isEqualTo(200);
    }
  }

  @Test
  void headersThatArriveTooSlowlyAreDisconnected() throws Exception {
    try (TestServer server = server(100, Duration.ofMillis(400))) {
      RawConnection first = server.connect().write("POST /score");
      RawConnection later = server.connect();
      assertThat(later.post("/score", "7").read().status()).isEqualTo(200);
      later.write("POST /sc");

      ScheduledExecutorService trickling = trickle(List.of(first, later));

      assertThat(first.isClosedByServer()).isTrue();
      assertThat(later.isClosedByServer()).isTrue();
      trickling.shutdownNow();
    }
  }

  @Test
  void anIdleConnectionOutlivesTheHeaderTimeout() throws Exception {
    try (TestServer server = server(100, Duration.ofMillis(200));
        RawConnection resting = server.connect()) {
      assertThat(resting.post("/score", "7").read().status()).isEqualTo(200);
      long answered = System.nanoTime();

      Awaitility.await().until(() -> System.nanoTime() - answered > 500_000_000L);

      assertThat(resting.post("/score", "8").read().status()).isEqualTo(200);
    }
  }

  @Test
  void aConnectionThatWaitsForAResponseOutlivesTheHeaderTimeout() throws Exception {
    try (TestServer server = server(100, Duration.ofMillis(200));
        RawConnection waiting = server.connect()) {
      server.model().hold();
      waiting
          .post("/score", "7")
          .post("/score", "8"); // The second is sent before the first response.
      server.model().awaitCall();
      long begun = System.nanoTime();
      Awaitility.await().until(() -> System.nanoTime() - begun > 500_000_000L);
      server.model().release(2);

      assertThat(waiting.read().body()).contains("label 7");
      assertThat(waiting.read().body()).contains("label 8");
    }
  }

  @Test
  void aBodyThatArrivesTooSlowlyIsRefused() throws Exception {
    try (TestServer server = server(100, Duration.ofSeconds(10));
        RawConnection slow = server.connect()) {
      slow.write(HEAD + "Content-Length: 100\n\n1");

      RawConnection.Answer answer = slow.read();

      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.body()).contains("bytes per second").contains("send it faster");
      assertThat(slow.isClosedByServer()).isTrue();
      server.awaitArriving(0);
    }
  }

  @Test
  void aRefusedBodyIsReadOnlyUpToALimit() throws Exception {
    try (TestServer server = server(100, Duration.ofSeconds(10));
        RawConnection endless = server.connect()) {
      endless.write("POST /nowhere HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n");
      assertThat(endless.read().status()).isEqualTo(404);
      String chunk = "7d0\n" + "x".repeat(2000) + "\n";

      for (int i = 0; i < 9; i++) { // Eight times the body limit is discarded.
        endless.write(chunk);
      }

      assertThat(endless.isClosedByServer()).isTrue();
    }
  }
}
