package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.EndpointConfig.Kind;
import io.lynxeye.server.TestServer.Settings;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Start and stop of the server. GracefulStopTest covers the clients of a stopping server. */
class ServerTest {

  @AutoClose private final TestServer server = new TestServer(Settings.DEFAULT);

  @Test
  void listensOnTheFreePortItReturns() throws Exception {
    server.listen();

    assertThat(server.port()).isPositive();
    assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void aPortInUseIsReportedWithTheAddressAndTheCure() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      try (TestServer second = new TestServer(Settings.DEFAULT.withPort(taken.getLocalPort()))) {
        assertThatThrownBy(second::listen)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
            .hasMessageContaining("in use")
            .hasMessageContaining("--port");
      }
    }
  }

  @Test
  void twoServersCannotShareAPort() throws Exception {
    server.listen();
    try (TestServer second = new TestServer(Settings.DEFAULT.withPort(server.port()))) {
      assertThatThrownBy(second::listen).isInstanceOf(IOException.class);
    }
    assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void isReadyFromTheLoadOfTheDefaultModelToTheStop() throws Exception {
    server.listen();
    assertThat(server.server().isReady()).isFalse();

    server.serve().join();
    assertThat(server.server().isReady()).isTrue();

    server.close();
    assertThat(server.server().isReady()).isFalse();
  }

  @Test
  void isNotReadyWhenOnlyAnotherModelIsServed() throws Exception {
    server.loader().fail("fake", 1, "no");
    server.listen();

    server.serve().join();

    assertThat(server.server().isReady()).isFalse();
    assertThat(server.post("/predictions/other-model", "7").statusCode()).isEqualTo(200);
  }

  @Test
  void returnsTheStateOfEveryModel() {
    assertThat(server.server().statuses()).isEmpty();
    server.loader().fail("other-model", 3, "no");

    server.serve().join();

    assertThat(server.server().statuses())
        .extracting(ModelStatus::state)
        .containsExactly(ModelState.AVAILABLE, ModelState.END);
  }

  @Test
  void theManagementPortIsOpenUntilTheStop() throws Exception {
    server.listen();
    int port = openManagement(0);
    server.serve().join();
    URI metrics = URI.create("http://127.0.0.1:" + port + "/metrics");

    assertThat(port).isPositive().isNotEqualTo(server.port());
    assertThat(server.send(HttpRequest.newBuilder(metrics)).body())
        .contains("lynxeye_model_state{model=\"fake\",state=\"AVAILABLE\",version=\"1\"} 1");
    server.close();
    assertThatThrownBy(() -> new RawConnection(port)).isInstanceOf(IOException.class);
  }

  @Test
  void aManagementPortInUseIsReportedWithItsOwnOptions() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() -> openManagement(taken.getLocalPort()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("choose another with --management-port and --management-host");
    }
  }

  private int openManagement(int port) throws Exception {
    return server.server().open(new EndpointConfig(Kind.MANAGEMENT, "127.0.0.1", port));
  }

  @Test
  void aStopBeforeAnythingElseEnds() {
    assertThatCode(server::close).doesNotThrowAnyException();
  }

  @Test
  void aStopBeforeAModelIsServedEnds() throws Exception {
    server.listen();

    server.close();

    assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
  }

  @Test
  void aSecondStopChangesNothing() throws Exception {
    server.listen();
    server.serve().join();

    server.close();

    assertThatCode(server::close).doesNotThrowAnyException();
    assertThat(server.model().isClosed()).isTrue();
  }

  @Test
  void aPortIsFreeAgainAfterTheStop() throws Exception {
    server.listen();
    server.close();

    try (TestServer next = new TestServer(Settings.DEFAULT.withPort(server.port()))) {
      next.listen();
      assertThat(next.get("/health/live").statusCode()).isEqualTo(200);
    }
  }
}
