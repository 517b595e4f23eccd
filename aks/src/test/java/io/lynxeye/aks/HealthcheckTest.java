package io.lynxeye.aks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image's health check, for each state of the server. */
@Timeout(30)
class HealthcheckTest {

  private final List<String> asked = new CopyOnWriteArrayList<>();

  private int check(int port) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("../docker/healthcheck.sh");
    builder.environment().put("LYNXEYE_PORT", Integer.toString(port));
    Process process = builder.redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }

  private int checkServerThatAnswers(int status) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try {
      return check(server.getAddress().getPort());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void readyIsHealthy() throws Exception {
    assertThat(checkServerThatAnswers(200)).isZero();
    assertThat(asked).containsExactly("GET /health/ready");
  }

  @Test
  void notReadyIsUnhealthy() throws Exception {
    assertThat(checkServerThatAnswers(503)).isEqualTo(1);
  }

  @Test
  void noServerIsUnhealthy() throws Exception {
    assertThat(check(closedPort())).isEqualTo(1);
  }

  /** A server that listens but never answers. */
  @Test
  void silenceIsUnhealthy() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(check(silent.getLocalPort())).isNotZero();
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
