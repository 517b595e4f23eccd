package io.lynxeye.http;

import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.scoring.RequestListener;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;

/**
 * Makes the HTTP servers of one endpoint. They share one router and what every endpoint does to a
 * request before its route: observe it, count its connection, limit how slowly its body may arrive,
 * check its ids.
 */
public final class HttpServerFactory {

  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private final Vertx vertx;
  private final Requests requests;
  private final Connections connections;
  private final Router router;

  /**
   * @param bodyDeadline for the whole of a body
   * @param maxDiscardedBytes of a body whose request was refused
   * @param listener receives every request
   */
  public HttpServerFactory(
      Vertx vertx,
      ConnectionLimits limits,
      Duration bodyDeadline,
      long maxDiscardedBytes,
      RequestListener listener) {
    this.vertx = vertx;
    this.requests = new Requests(listener);
    this.connections = new Connections(limits);
    this.router = Router.router(vertx);
    requests.mount(router);
    router
        .route()
        .handler(connections::count)
        .handler(new BodyPace(limits, bodyDeadline, maxDiscardedBytes))
        .handler(RequestIds::check);
  }

  /** The endpoint's router, on which its routes are to be mounted. */
  public Router router() {
    return router;
  }

  /**
   * Limits on a connection. HTTP/2 without TLS is off: clients that offer it, as Java's does,
   * continue with HTTP/1.1.
   */
  public static HttpServerOptions options() {
    HttpServerOptions options = new HttpServerOptions();
    options.setHttp2ClearTextEnabled(false);
    options.setMaxHeaderSize(MAX_HEADER_BYTES);
    return options;
  }

  /** Makes a server that does not listen yet. */
  public HttpServer server(HttpServerOptions options) {
    return vertx
        .createHttpServer(options)
        .connectionHandler(connections::opened)
        .requestHandler(
            request -> {
              connections.arrived(request);
              putHeaders(request);
              router.handle(request);
            })
        .invalidRequestHandler(this::refuse);
  }

  /** Puts the headers of every response. A browser must not guess another type than JSON. */
  private static void putHeaders(HttpServerRequest request) {
    RequestIds.put(request);
    request.response().putHeader("X-Content-Type-Options", "nosniff");
  }

  /** Responds to what the HTTP decoder could not read; Vert.x then closes the connection. */
  private void refuse(HttpServerRequest request) {
    putHeaders(request);
    Throwable cause = request.decoderResult().cause();
    HttpProblem problem = HttpProblem.malformed();
    if (cause instanceof TooLongHttpLineException) {
      problem = HttpProblem.addressTooLong();
    } else if (cause instanceof TooLongHttpHeaderException) {
      problem =
          HttpProblem.headerTooLarge(
              "the headers are larger than " + MAX_HEADER_BYTES + " bytes; send fewer");
    }
    Failures.send(request.response(), ErrorAnswer.of(problem), JsonErrors::djlBody);
    requests.refused(request, problem.answer().status());
  }
}
