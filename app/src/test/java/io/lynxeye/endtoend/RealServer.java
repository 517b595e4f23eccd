package io.lynxeye.endtoend;

import io.lynxeye.config.EndpointConfig;
import io.lynxeye.config.ServerConfig;
import io.lynxeye.engine.EngineRing;
import io.lynxeye.security.Protection;
import io.lynxeye.server.Server;
import io.lynxeye.server.Telemetry;
import io.lynxeye.serving.fakes.FakeLoader;
import io.lynxeye.serving.store.ModelStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The real server with the real ResNet50 on a free port, and a client. */
final class RealServer implements AutoCloseable {

  static final int MAX_BODY = 4 << 20;

  private final Server server;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private RealServer(Server server, URI address) {
    this.server = server;
    this.address = address;
  }

  static RealServer start() throws Exception {
    EngineRing ring = EngineRing.get();
    Server server =
        new Server(
            config(),
            Protection.none(),
            new ModelStore(EngineRing.STORE, EngineRing.STORE.resolve(".cache")),
            ring.loader(),
            registration -> {},
            status -> {},
            Telemetry.NONE);
    int port = server.listen();
    server.reconcile(FakeLoader.store(EngineRing.source(EngineRing.PIXELS))).get();
    return new RealServer(server, URI.create("http://127.0.0.1:" + port));
  }

  private static ServerConfig config() {
    return new ServerConfig(
        "127.0.0.1",
        0,
        EngineRing.PIXELS,
        8,
        Duration.ZERO,
        256,
        1,
        Duration.ofMinutes(4), // For 264 queued images on a slow machine.
        Optional.empty(),
        Duration.ofMinutes(4),
        MAX_BODY,
        1_000_000,
        Duration.ofSeconds(1),
        Duration.ofSeconds(20),
        Optional.empty());
  }

  /** Opens the gRPC endpoint too. */
  int listenGrpc() throws IOException, InterruptedException {
    return server.open(new EndpointConfig(EndpointConfig.Kind.GRPC, "127.0.0.1", 0));
  }

  URI address(String path) {
    return address.resolve(path);
  }

  /** Creates a POST of a body with Content-Length. */
  HttpResponse<String> post(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return send(path, HttpRequest.BodyPublishers.ofByteArray(body), headers);
  }

  CompletableFuture<HttpResponse<String>> postLater(String path, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> send(String path, HttpRequest.BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path)).POST(body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Creates a request without a body. */
  HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (InterruptedException e) {
      throw new IOException("interrupted while stopping", e);
    }
  }
}
