package io.lynxeye.http.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.server.RawConnection;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One port, several event loops. */
class HttpEndpointTest {

  private static final Vertx vertx = Vertx.vertx();

  private final HttpEndpoint listener =
      new HttpEndpoint(
          vertx,
          () ->
              vertx
                  .createHttpServer()
                  .requestHandler(
                      request -> request.response().end(Thread.currentThread().getName())));

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  @Test
  void connectionsAreDistributedOverOneEventLoopPerCore() throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    int port = listener.listen("127.0.0.1", 0).await();
    List<RawConnection> connections = new ArrayList<>();
    Set<String> loops = new HashSet<>();
    for (int i = 0; i < 4 * cores; i++) {
      RawConnection connection = new RawConnection(port);
      connections.add(connection);
      loops.add(connection.write("GET / HTTP/1.1\nHost: x\n\n").read().body());
    }

    assertThat(loops).hasSize(cores);

    listener.shutdown(Duration.ofSeconds(10)).await();
    for (RawConnection connection : connections) {
      assertThat(connection.isClosedByServer()).isTrue();
    }
    assertThatThrownBy(() -> new RawConnection(port)).isInstanceOf(IOException.class);
  }

  @Test
  void aPortThatNeverOpenedShutsDownAtOnce() {
    assertThat(listener.shutdown(Duration.ofMinutes(1)).await()).isNotNull();
  }
}
