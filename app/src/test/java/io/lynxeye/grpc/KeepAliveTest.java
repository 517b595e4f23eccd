package io.lynxeye.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.server.TestServer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Pings with which clients keep a connection alive. */
class KeepAliveTest {

  private static final long INTERVAL = Duration.ofMillis(1300).toNanos();

  @AutoClose private final TestServer server = TestServer.ready();
  private final int port = server.listenGrpc();

  /** More than the two that gRPC forgives. */
  @Test
  void frequentPingsDoNotEndTheConnection() throws Exception {
    try (RawGrpc connection = new RawGrpc(port).begin("ServerLive")) {
      for (int i = 0; i < 5; i++) {
        long sent = System.nanoTime();
        assertThat(connection.ping()).isTrue();
        Awaitility.await().until(() -> System.nanoTime() - sent > INTERVAL);
      }
    }
  }

  @Test
  void aFloodOfPingsDoes() throws Exception {
    try (RawGrpc connection = new RawGrpc(port).begin("ServerLive")) {
      int answered = 0;
      while (answered < 100 && connection.ping()) {
        answered++;
      }
      assertThat(answered).isLessThan(10);
    }
  }
}
