package io.lynxeye.http.connection;

import io.lynxeye.security.tls.Tls;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP port, served by one event loop per core. Vert.x keeps all connections of an {@code
 * HttpServer} on one event loop, so there is one server per loop, and Vert.x distributes the
 * connections among them.
 */
public final class HttpEndpoint {

  private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);

  private final Vertx vertx;
  private final Supplier<HttpServer> maker;
  private final int freePort;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  /**
   * @param maker makes identical servers
   */
  public HttpEndpoint(Vertx vertx, Supplier<HttpServer> maker) {
    this(vertx, maker, 1);
  }

  /**
   * @param number a number from 1, unique among the ports of one {@code vertx}
   */
  public HttpEndpoint(Vertx vertx, Supplier<HttpServer> maker, int number) {
    this.vertx = vertx;
    this.maker = maker;
    this.freePort =
        -number; // In Vert.x, 0 is a free port per server, a negative number one shared free port.
  }

  /**
   * Opens the port like {@link #listen} and waits until it is open.
   *
   * @param options the command-line options that set the address
   * @throws IOException when the address cannot be used; the message names it
   */
  public int open(String host, int port, String options) throws IOException, InterruptedException {
    try {
      return listen(host, port).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IOException(
          "cannot listen on %s:%s: %s; choose another with %s"
              .formatted(host, port, e.getCause().getMessage(), options),
          e.getCause());
    }
  }

  /**
   * Opens the port. To be called once.
   *
   * @return the actual port, which is chosen by the system if {@code port} is 0
   */
  public Future<Integer> listen(String host, int port) {
    int shared = port == 0 ? freePort : port;
    int loops = Runtime.getRuntime().availableProcessors();
    return vertx
        .deployVerticle(
            () -> context -> open(host, shared), new DeploymentOptions().setInstances(loops))
        .map(deployed -> servers.get(0).actualPort());
  }

  private Future<HttpServer> open(String host, int port) {
    HttpServer server = maker.get();
    servers.add(server);
    return server.listen(port, host);
  }

  /**
   * Uses the certificate and client CA of these files for new connections, also when they change.
   */
  public void follow(Tls tls) {
    tls.follow(material -> update(tls.options(material)));
  }

  private void update(ServerSSLOptions options) {
    servers.forEach(
        server ->
            server
                .updateSSLOptions(options.copy())
                .onFailure(failure -> log.warn("the certificate could not be replaced", failure)));
  }

  /**
   * Stops accepting connections, closes idle ones, and closes the rest when the time is up.
   *
   * @return completes when all connections are closed
   */
  public Future<?> shutdown(Duration atMost) {
    return Future.join(servers.stream().map(server -> server.shutdown(atMost)).toList());
  }
}
