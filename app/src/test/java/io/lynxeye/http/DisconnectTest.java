package io.lynxeye.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.RawConnection;
import io.lynxeye.server.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that disconnect: their work is cancelled, and other clients are not affected. */
class DisconnectTest {

  @AutoClose private final TestServer server = TestServer.ready();

  @AfterEach
  void everyPreparedInputIsReleased() {
    server.model().releaseDecodes(1000);
    server.model().release(1000);
    Awaitility.await().until(() -> server.model().samples() == 0);
    assertThat(server.model().misused()).isZero();
  }

  @BeforeEach
  void holdTheEngine() {
    server.model().hold();
  }

  private static void leave(RawConnection connection, boolean abruptly) throws IOException {
    if (abruptly) {
      connection.reset();
    } else {
      connection.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void duringTheUpload(boolean abruptly) throws IOException {
    RawConnection leaving = server.connect();
    leaving.write("POST /score HTTP/1.1\nHost: x\nContent-Length: 100\n\n12345");
    server.awaitArriving(1);

    leave(leaving, abruptly);

    server.awaitArriving(0);
    assertThat(server.requestLimiter().bytes()).isZero();
    assertThat(server.model().batchSizes()).isEmpty();
  }

  /** Every decode thread is busy; a waiting client disconnects. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whileWaitingForTheDecoder(boolean abruptly) throws Exception {
    int busy = Runtime.getRuntime().availableProcessors();
    server.model().holdDecodes();
    List<CompletableFuture<HttpResponse<String>>> decoding = new ArrayList<>();
    for (int i = 0; i < busy; i++) {
      decoding.add(server.postLater("/score", "1"));
    }
    Awaitility.await().until(() -> server.model().prepared() == busy);
    RawConnection leaving = server.connect().post("/score", "2");
    server.awaitRequests(busy + 1);

    leave(leaving, abruptly);
    server.awaitRequests(busy);
    server.model().releaseDecodes(1000);
    server.model().release(1000);

    assertThat(decoding).allSatisfy(a -> assertThat(a.join().statusCode()).isEqualTo(200));
    assertThat(server.model().prepared()).isEqualTo(busy);
  }

  /** A decode that has begun is completed, but its result is not scored. */
  @Test
  void whileBeingDecoded() throws Exception {
    server.model().holdDecodes();
    RawConnection leaving = server.connect().post("/score", "2");
    Awaitility.await().until(() -> server.model().prepared() == 1);

    leaving.reset();
    server.awaitRequests(0);
    server.model().releaseDecodes(1000);

    Awaitility.await().until(() -> server.model().released() == 1);
    assertThat(server.model().batchSizes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whileQueued(boolean abruptly) throws Exception {
    CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
    server.model().awaitCall();
    RawConnection leaving = server.connect().post("/score", "2");
    server.awaitRequests(2);
    CompletableFuture<HttpResponse<String>> behind = server.postLater("/score", "3");
    server.awaitRequests(3);

    leave(leaving, abruptly);
    server.awaitRequests(2);
    Awaitility.await().until(() -> server.model().released() == 1); // While the engine is held.
    server.model().release(2); // For the two clients that are left.

    assertThat(running.get().body()).contains("label 1");
    assertThat(behind.get().body()).contains("label 3");
    server.awaitRequests(0);
    assertThat(server.model().batchSizes()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whileRunning(boolean abruptly) throws Exception {
    RawConnection leaving = server.connect().post("/score", "1");
    server.model().awaitCall();
    CompletableFuture<HttpResponse<String>> behind = server.postLater("/score", "2");
    server.awaitRequests(2);

    leave(leaving, abruptly);
    server.awaitRequests(1);
    server.model().release(2);

    assertThat(behind.get().body()).contains("label 2");
    server.awaitRequests(0);
  }

  @Test
  void betweenTwoRequests() throws Exception {
    server.model().release(2);
    RawConnection leaving = server.connect();
    assertThat(leaving.post("/score", "1").read().status()).isEqualTo(200);

    leaving.reset();

    assertThat(server.post("/score", "2").statusCode()).isEqualTo(200);
    server.awaitRequests(0);
  }

  @Test
  void manyAtOnce() throws Exception {
    CompletableFuture<HttpResponse<String>> running = server.postLater("/score", "1");
    server.model().awaitCall();
    RawConnection[] leaving = new RawConnection[50];
    for (int i = 0; i < leaving.length; i++) {
      leaving[i] = server.connect().post("/score", "2");
    }
    server.awaitRequests(1 + leaving.length);

    for (RawConnection connection : leaving) {
      connection.reset();
    }
    server.awaitRequests(1);
    server.model().release(1);

    assertThat(running.get().statusCode()).isEqualTo(200);
    assertThat(server.model().batchSizes()).hasSize(1);
  }
}
