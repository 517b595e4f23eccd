package io.lynxeye.http;

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
 * One port, served by one event loop per core: Vert.x keeps all connections of one {@code
 * HttpServer} on one event loop, so there is a server for each, and connections take turns.
 */
public final class HttpListener {

  private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

  private final Vertx vertx;
  private final Supplier<HttpServer> maker;
  private final int freePort;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

  /**
   * @param maker makes servers that are alike
   */
  public HttpListener(Vertx vertx, Supplier<HttpServer> maker) {
    this(vertx, maker, 1);
  }

  /**
   * @param number tells the listeners of one {@code vertx} apart, from 1
   */
  public HttpListener(Vertx vertx, Supplier<HttpServer> maker, int number) {
    this.vertx = vertx;
    this.maker = maker;
    this.freePort = -number; // For Vert.x 0 is one free port per server, below 0 one per number.
  }

  /**
   * Opens the port, as {@link #listen} does, and waits for it.
   *
   * @param options that choose the address
   * @throws IOException when the address cannot be had, naming it
   */
  public int open(String host, int port, String options) throws IOException, InterruptedException {
    try {
      return listen(host, port).toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IOException(
          "cannot listen on %s:%d: %s; choose another with %s"
              .formatted(host, port, e.getCause().getMessage(), options),
          e.getCause());
    }
  }

  /**
   * Opens the port. To be called once.
   *
   * @return the port, which matters when 0, any free one, was asked for
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
   * Takes no more connections, closes those at rest and, when the time is up, the others.
   *
   * @return done when all are closed
   */
  public Future<?> shutdown(Duration atMost) {
    return Future.join(servers.stream().map(server -> server.shutdown(atMost)).toList());
  }
}
