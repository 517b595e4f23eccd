package io.lynxeye.http.connection;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.http.exchange.Compression;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.ErrorResponse;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.RequestIds;
import io.lynxeye.http.exchange.Requests;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.serving.observation.RequestListener;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Makes the HTTP servers of one port, which do not listen yet. They share one router and what every
 * port does to a request before its route: observe it, count its connection, limit how slowly its
 * body may arrive, check its ids.
 */
public final class HttpServerFactory implements Supplier<HttpServer> {

  private static final int MAX_HEADER_BYTES = 16 * 1024;

  /**
   * More than the windows of all streams, so that those that are paused do not block the others.
   */
  private static final int HTTP2_WINDOW_BYTES = 16 << 20;

  private final Vertx vertx;
  private final Tls tls;
  private final Limits limits;
  private final Requests requests;
  private final Connections connections;
  private final Router router;

  /**
   * Limits per connection.
   *
   * @param idle until an idle connection is closed; zero = never
   * @param bodyDeadline for the whole of a body
   * @param maxDiscardedBytes of a body whose request was refused
   */
  public record Limits(
      ConnectionLimits connections, Duration idle, Duration bodyDeadline, long maxDiscardedBytes) {}

  /**
   * @param listener receives every request
   */
  public HttpServerFactory(Vertx vertx, Tls tls, Limits limits, RequestListener listener) {
    this.vertx = vertx;
    this.tls = tls;
    this.limits = limits;
    this.requests = new Requests(listener);
    this.connections = new Connections(limits.connections);
    this.router = Router.router(vertx);
    requests.mount(router);
    router
        .route()
        .handler(connections::count)
        .handler(
            new SlowBodyGuard(limits.connections, limits.bodyDeadline, limits.maxDiscardedBytes))
        .handler(RequestIds::check);
  }

  /** The router of the port, on which its routes are to be mounted. */
  public Router router() {
    return router;
  }

  /**
   * Limits on a connection. HTTP/2 without TLS is off: clients that offer it, as Java's does,
   * continue with HTTP/1.1.
   */
  HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions();
    options.setHttp2ClearTextEnabled(false);
    options.setHttp2ConnectionWindowSize(HTTP2_WINDOW_BYTES);
    options.setMaxHeaderSize(MAX_HEADER_BYTES);
    Compression.configure(options);
    options.setIdleTimeout(Math.toIntExact(limits.idle.toSeconds()));
    return tls.applyTo(options);
  }

  @Override
  public HttpServer get() {
    return vertx
        .createHttpServer(options())
        .connectionHandler(
            connection -> {
              RequestValidation.install(connection);
              connections.opened(connection);
            })
        .requestHandler(
            request -> {
              connections.arrived(request);
              putHeaders(request);
              router.handle(request);
            })
        .invalidRequestHandler(this::refuse);
  }

  /**
   * Puts the headers of every response. A browser must not guess another type than JSON, and what a
   * cache would store is out of date, except for files that set a header of their own.
   */
  private static void putHeaders(HttpServerRequest request) {
    RequestIds.put(request);
    Compression.begin(request);
    request
        .response()
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Cache-Control", "no-store");
  }

  /** Responds to what the HTTP decoder could not read; Vert.x then closes the connection. */
  private void refuse(HttpServerRequest request) {
    putHeaders(request);
    Throwable cause = request.decoderResult().cause();
    HttpException problem = HttpException.malformed();
    if (cause instanceof HttpException known) {
      problem = known;
    } else if (cause instanceof TooLongHttpLineException) {
      problem = HttpException.addressTooLong();
    } else if (cause instanceof TooLongHttpHeaderException) {
      problem =
          HttpException.headerTooLarge(
              "the headers are larger than " + MAX_HEADER_BYTES + " bytes; send fewer");
    }
    ErrorHandler.send(request, ErrorResponse.of(problem), ErrorHandler::djlBody);
    requests.refused(request, problem.answer().status());
  }
}
