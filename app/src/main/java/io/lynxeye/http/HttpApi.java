package io.lynxeye.http;

import io.lynxeye.config.ServerConfig;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.scoring.ScoringService;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The routes of the main port, in the order in which a request meets their handlers:
 *
 * <ol>
 *   <li>request id; from here on the request is observed
 *   <li>the connection limit, the pace of the body
 *   <li>what web pages of other origins may do
 *   <li>the page, for browsers; the API's documents; health
 *   <li>the caller's key: no route mounted after this can be reached without one
 *   <li>statistics
 *   <li>per protocol: method, the model's capacity, admission and body, scoring, the protocol's own
 *       form of errors
 *   <li>404 for every other address, in the form of the nearest protocol
 * </ol>
 */
public final class HttpApi {

  private static final Duration BODY_DEADLINE = Duration.ofMinutes(2);
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int DISCARD_LIMITS = 8; // Of bodies that are refused.

  private HttpApi() {}

  /**
   * Supplies servers with all routes mounted that do not listen yet. They share one router.
   *
   * @param protection who may call, and how slowly
   * @param listener receives every request
   */
  public static Supplier<HttpServer> servers(
      Vertx vertx,
      ServerConfig config,
      Protection protection,
      Tls tls,
      Backend backend,
      RequestListener listener) {
    HttpServerFactory factory = factory(vertx, config, protection, backend, listener);
    return () -> factory.server(tls.applyTo(options(config)));
  }

  /** Mounts every route of the port; {@code openapi.json} describes the same routes. */
  static HttpServerFactory factory(
      Vertx vertx,
      ServerConfig config,
      Protection protection,
      Backend backend,
      RequestListener listener) {
    HttpServerFactory factory =
        new HttpServerFactory(
            vertx,
            protection.config().limits(),
            BODY_DEADLINE,
            DISCARD_LIMITS * config.maxBodyBytes(),
            listener);
    Router router = factory.router();
    Cors.mount(router, protection.config().corsOrigins());
    new Page().mount(router);
    new ApiDocs().mount(router);
    new Health(backend.registry(), backend.ready()).mount(router);
    Authentication.mount(router, protection.callers());
    new Stats(config, backend.registry(), backend.view()).mount(router);
    mountProtocols(router, vertx, config, backend);
    router.route().handler(ctx -> ctx.fail(HttpProblem.notFound())).failureHandler(HttpApi::fail);
    return factory;
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

  /** An address outside every protocol gets the errors of the nearest one. */
  private static void fail(RoutingContext ctx) {
    String path = ctx.request().path();
    if (path != null && (path.startsWith("/v1/") || path.startsWith("/v2/"))) {
      JsonErrors.message(ctx);
    } else {
      JsonErrors.djl(ctx);
    }
  }

  /** A connection also counts as idle while its image waits to be scored. */
  static HttpServerOptions options(ServerConfig config) {
    return HttpServerFactory.options()
        .setIdleTimeout(Math.toIntExact(IDLE.plus(config.requestTimeout()).toSeconds()));
  }
}
