package io.lynxeye.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * One port, served by one event loop per core: Vert.x keeps all connections of one {@code
 * HttpServer} on one event loop, so there is a server for each, and connections take turns.
 */
public final class HttpListener {

  private final Vertx vertx;
  private final Supplier<HttpServer> maker;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  /**
   * @param maker makes servers that are alike
   */
  public HttpListener(Vertx vertx, Supplier<HttpServer> maker) {
    this.vertx = vertx;
    this.maker = maker;
  }

  /**
   * Opens the port. To be called once.
   *
   * @return the port, which matters when 0, any free one, was asked for
   */
  public Future<Integer> listen(String host, int port) {
    int shared = port == 0 ? -1 : port; // For Vert.x 0 is one free port per server, -1 per address.
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
   * Takes no more connections, closes those at rest and, when the time is up, the others.
   *
   * @return done when all are closed
   */
  public Future<?> shutdown(Duration atMost) {
    return Future.join(servers.stream().map(server -> server.shutdown(atMost)).toList());
  }
}
