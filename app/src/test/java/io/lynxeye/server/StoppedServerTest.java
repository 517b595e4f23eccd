package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A stopped server leaves nothing behind in its process. */
class StoppedServerTest {

  private static WeakReference<Server> served() {
    try (TestServer server = TestServer.ready()) {
      assertThat(server.post("/score", "7").statusCode()).isEqualTo(200);
      return new WeakReference<>(server.server());
    }
  }

  @Test
  void isGarbageCollected() {
    WeakReference<Server> stopped = served();

    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return stopped.get() == null;
            });
  }
}
