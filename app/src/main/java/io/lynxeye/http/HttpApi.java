package io.lynxeye.http;

import io.lynxeye.config.ServerConfig;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.ScoringService;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * All addresses, in the order a request meets its handlers:
 *
 * <ol>
 *   <li>request id; from here on the request is observed
 *   <li>the connection's place, the body's pace
 *   <li>what web pages of other origins may
 *   <li>the page, for browsers; the API's documents; health
 *   <li>the caller's key: whatever is mounted after it cannot be reached without one
 *   <li>statistics
 *   <li>per protocol: method, room at the model, admission and body, scoring, its own shape of
 *       failure
 *   <li>404 for the rest, in the shape of a protocol near it
 * </ol>
 */
public final class HttpApi {

  private static final Duration BODY_DEADLINE = Duration.ofMinutes(2);
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int DISCARD_LIMITS = 8; // Of bodies that are refused.
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private HttpApi() {}

  /**
   * Makes servers with every handler in place, that do not listen yet. They share one router.
   *
   * @param protection who may call, and how slowly
   * @param listener told of every request
   */
  public static Supplier<HttpServer> servers(
      Vertx vertx,
      ServerConfig config,
      Protection protection,
      Tls tls,
      Backend backend,
      RequestListener listener) {
    Requests requests = new Requests(listener);
    Connections connections = new Connections(protection.config().limits());
    Router router = router(vertx, config, protection, connections, backend, requests);
    return () -> server(vertx, tls.applyTo(options(config)), router, connections, requests);
  }

  /** Every address of the port; {@code openapi.json} tells the same. */
  static Router router(
      Vertx vertx,
      ServerConfig config,
      Protection protection,
      Connections connections,
      Backend backend,
      Requests requests) {
    Router router = Router.router(vertx);
    requests.mount(router);
    router
        .route()
        .handler(connections::count)
        .handler(
            new BodyPace(
                protection.config().limits(),
                BODY_DEADLINE,
                DISCARD_LIMITS * config.maxBodyBytes()))
        .handler(RequestIds::check);
    Cors.mount(router, protection.config().corsOrigins());
    new Page().mount(router);
    new ApiDocs().mount(router);
    new Health(backend.registry(), backend.ready()).mount(router);
    Authentication.mount(router, protection.callers());
    new Stats(config, backend.registry(), backend.view()).mount(router);
    mountProtocols(router, vertx, config, backend);
    router.route().handler(ctx -> ctx.fail(HttpProblem.notFound())).failureHandler(HttpApi::fail);
    requests.mountUnreadable(router);
    return router;
  }

  private static void mountProtocols(
      Router router, Vertx vertx, ServerConfig config, Backend backend) {
    ScoringService scoring = backend.scoring();
    BodyReader bodies = new BodyReader(config.maxBodyBytes(), backend.admission());
    BodyParsing parsing = new BodyParsing(vertx);
    new AzureProtocol(scoring, bodies).mount(router);
    new DjlProtocol(scoring, bodies).mount(router);
    new TensorFlowProtocol(scoring, bodies, parsing, () -> backend.view().get().statuses())
        .mount(router);
    new OpenInferenceProtocol(scoring, bodies, parsing, backend.registry()).mount(router);
  }

  /** What is no protocol's is answered as a protocol near it would. */
  private static void fail(RoutingContext ctx) {
    String path = ctx.request().path();
    boolean isTensors = path != null && (path.startsWith("/v1/") || path.startsWith("/v2/"));
    Failures.answer(ctx, isTensors ? Failures::error : DjlProtocol::shape);
  }

  static HttpServer server(
      Vertx vertx,
      HttpServerOptions options,
      Router router,
      Connections connections,
      Requests requests) {
    return vertx
        .createHttpServer(options)
        .connectionHandler(connections::opened)
        .requestHandler(
            request -> {
              connections.arrived(request);
              putHeaders(request);
              router.handle(request);
            })
        .invalidRequestHandler(request -> refuse(request, requests));
  }

  /** On every answer. A browser takes what we call JSON for nothing else. */
  private static void putHeaders(HttpServerRequest request) {
    RequestIds.put(request);
    request.response().putHeader("X-Content-Type-Options", "nosniff");
  }

  /**
   * Limits on what a connection may do. HTTP/2 in the clear is off: clients that offer it, as
   * Java's does, go on with HTTP/1.1.
   */
  static HttpServerOptions limits() {
    HttpServerOptions options = new HttpServerOptions();
    options.setHttp2ClearTextEnabled(false);
    options.setMaxHeaderSize(MAX_HEADER_BYTES);
    return options;
  }

  /** A connection is idle, too, while its picture waits to be scored. */
  static HttpServerOptions options(ServerConfig config) {
    return limits().setIdleTimeout(Math.toIntExact(IDLE.plus(config.requestTimeout()).toSeconds()));
  }

  /** Answers what the HTTP decoder could not read; Vert.x closes the connection after it. */
  private static void refuse(HttpServerRequest request, Requests requests) {
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
    Failures.send(request.response(), ErrorAnswer.of(problem), DjlProtocol::shape);
    requests.refused(request, problem.answer().status());
  }
}
