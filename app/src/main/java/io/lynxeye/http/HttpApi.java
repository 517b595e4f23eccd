package io.lynxeye.http;

import io.lynxeye.config.ServerConfig;
import io.lynxeye.http.access.Audit;
import io.lynxeye.http.access.Authentication;
import io.lynxeye.http.access.Cors;
import io.lynxeye.http.azure.AzureProtocol;
import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.connection.HttpServerFactory;
import io.lynxeye.http.djl.DjlProtocol;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.openinference.OpenInferenceProtocol;
import io.lynxeye.http.page.ApiDocs;
import io.lynxeye.http.page.Page;
import io.lynxeye.http.page.Stats;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.lynxeye.http.tfserving.TensorFlowProtocol;
import io.lynxeye.http.triton.TritonProtocol;
import io.lynxeye.security.Protection;
import io.lynxeye.security.Role;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.serving.observation.RequestListener;
import io.lynxeye.serving.scoring.VersionStatuses;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * The routes of the main port, in the order in which a request meets their handlers:
 *
 * <ol>
 *   <li>request id; from here on the request is observed
 *   <li>the connection limit, the pace of the body
 *   <li>what web pages of other origins may do
 *   <li>the page, for browsers; the API's documents; health
 *   <li>the audit log, for what needs an administrator
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
   * Mounts every route of the port; {@code openapi.json} describes the same routes.
   *
   * @param protection who may call, and how slowly
   * @param listener receives every request
   */
  public static HttpServerFactory servers(
      Vertx vertx,
      ServerConfig config,
      Protection protection,
      Tls tls,
      Backend backend,
      RequestListener listener) {
    HttpServerFactory.Limits limits =
        new HttpServerFactory.Limits(
            protection.config().limits(),
            idle(config),
            BODY_DEADLINE,
            DISCARD_LIMITS * config.maxBodyBytes());
    HttpServerFactory servers = new HttpServerFactory(vertx, tls, limits, listener);
    Router router = servers.router();
    Cors.mount(router, protection.config().corsOrigins());
    new Page().mount(router);
    ApiDocs.mount(router);
    new HealthRoutes(backend.registry(), backend.health()).mount(router);
    Audit.mount(router, "http", protection.audit(), TritonProtocol::isForAdministrators);
    Authentication.mount(router, protection.callers(), Role.SCORE);
    new Stats(config, backend.registry(), backend.view()).mount(router);
    BodyReader bodies =
        new BodyReader(
            config.maxBodyBytes(),
            backend.requestLimiter(),
            config.maxQueueWait().orElse(config.requestTimeout()));
    ScoringHandlers handlers =
        new ScoringHandlers(
            vertx, backend.scoring(), bodies, protection.limiter(), config.maxJsonNumbers());
    AzureProtocol.mount(router, handlers);
    DjlProtocol.mount(router, handlers);
    new ModelNames(() -> backend.view().get().statuses()).mount(router);
    new TensorFlowProtocol(
            handlers,
            new VersionStatuses(backend.scoring().models(), () -> backend.view().get().statuses()))
        .mount(router);
    new TritonProtocol(backend.repository(), bodies).mount(router);
    new OpenInferenceProtocol(handlers, backend.registry()).mount(router);
    router.route().handler(ctx -> ctx.fail(HttpException.notFound())).failureHandler(HttpApi::fail);
    return servers;
  }

  /** A connection also counts as idle while its image waits to be scored. */
  static Duration idle(ServerConfig config) {
    return IDLE.plus(config.requestTimeout());
  }

  /** An address outside every protocol gets the errors of the nearest one. */
  private static void fail(RoutingContext ctx) {
    String path = ctx.request().path();
    if (path != null && (path.startsWith("/v1/") || path.startsWith("/v2/"))) {
      ErrorHandler.error(ctx);
    } else {
      ErrorHandler.djl(ctx);
    }
  }
}
