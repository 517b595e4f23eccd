package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.server.TestServer.Settings;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Accepted requests are finished, later ones are refused, and the stop ends in any case. */
class GracefulStopTest {

  @AutoClose private final TestServer server = TestServer.ready();

  /** Stops the server on another thread; the future completes after the stop. */
  private static CompletableFuture<Void> stopLater(TestServer server) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            server.server().stop();
          } catch (InterruptedException e) {
            throw new CompletionException(e);
          }
        });
  }

  private void awaitNewConnectionsRefused() {
    Awaitility.await().until(this::refusesConnections);
  }

  private boolean refusesConnections() {
    try {
      server.connect().close();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void runningAndWaitingRequestsAreFinishedAndNewOnesRefused() throws Exception {
    server.model().hold();
    CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
    server.model().awaitCall();
    CompletableFuture<HttpResponse<String>> waiting = server.postLater("/predictions/fake", "2");
    server.awaitRequests(2);

    CompletableFuture<Void> stop = stopLater(server);
    awaitNewConnectionsRefused();

    assertThat(server.server().isReady()).isFalse();
    assertThat(stop).isNotDone();
    assertThat(server.model().isClosed()).isFalse();

    server.model().release(2);
    assertThat(running.get().body()).contains("label 1");
    assertThat(waiting.get().body()).contains("label 2");
    stop.get();
    assertThat(server.model().isClosed()).isTrue();
  }

  @Test
  void anUploadThatHasBegunIsFinishedAndScored() throws Exception {
    try (RawConnection uploading = server.connect()) {
      uploading.write("POST /score HTTP/1.1\nHost: x\nContent-Length: 1\n\n");
      server.awaitArriving(1);

      CompletableFuture<Void> stop = stopLater(server);
      awaitNewConnectionsRefused();
      uploading.write("7");

      assertThat(uploading.read().body()).contains("label 7");
      assertThat(uploading.isClosedByServer()).isTrue();
      stop.get();
    }
  }

  @Test
  void anIdleConnectionIsClosedAtOnce() throws Exception {
    try (RawConnection idle = server.connect()) {
      assertThat(idle.post("/score", "7").read().status()).isEqualTo(200);

      CompletableFuture<Void> stop = stopLater(server);

      assertThat(idle.isClosedByServer()).isTrue();
      stop.get();
    }
  }

  @Test
  void readinessEndsBeforeTheLastConnectionCloses() throws Exception {
    server.model().hold();
    try (RawConnection probe = server.connect()) {
      probe.post("/score", "1"); // Keeps the connection from being idle.
      server.model().awaitCall();
      probe.write("GET /health/ready HTTP/1.1\nHost: x\n\n");

      CompletableFuture<Void> stop = stopLater(server);
      awaitNewConnectionsRefused();
      server.model().release(1);

      assertThat(probe.read().status()).isEqualTo(200);
      assertThat(probe.read().status()).isEqualTo(503);
      stop.get();
    }
  }

  @Test
  void anEngineThatNeverReturnsDoesNotDelayTheStop() throws Exception {
    Settings hurried = Settings.DEFAULT.withDrainTimeout(Duration.ofSeconds(2));
    try (TestServer stuck = TestServer.ready(hurried)) {
      stuck.model().hold();
      CompletableFuture<HttpResponse<String>> running = stuck.postLater("/score", "1");
      stuck.model().awaitCall();

      long start = System.nanoTime();
      stuck.server().stop();
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(took).isLessThan(Duration.ofSeconds(5));
      assertThatThrownBy(running::get).hasCauseInstanceOf(IOException.class);
      // Freeing the model during a call would crash the process.
      assertThat(stuck.model().isClosed()).isFalse();
    }
  }

  @Test
  void aSecondStopWaitsForTheFirst() throws Exception {
    server.model().hold();
    CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
    server.model().awaitCall();
    CompletableFuture<Void> first = stopLater(server);
    awaitNewConnectionsRefused();

    CompletableFuture<Void> second = stopLater(server);
    server.model().release(1);
    second.get();

    assertThat(server.model().isClosed()).isTrue();
    first.get();
    assertThat(running.get().statusCode()).isEqualTo(200);
  }
}
