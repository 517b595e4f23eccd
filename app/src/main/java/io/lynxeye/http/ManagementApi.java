package io.lynxeye.http;

import io.lynxeye.admission.RequestLimiter;
import io.lynxeye.config.ConnectionLimits;
import io.lynxeye.management.ModelAdministration;
import io.lynxeye.scoring.RequestListener;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The administrator's addresses, on a port of their own: DJL Serving's and the repository extension
 * of the Open Inference Protocol, and what Prometheus asks for. Whoever reaches this port can run
 * code on this machine, since models may bring code: it belongs on the loopback.
 */
public final class ManagementApi {

  private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);
  private static final Duration IDLE = Duration.ofHours(2); // An import may take so long.
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final int MAX_REQUESTS = 64;
  private static final int MAX_CONNECTIONS = 256;

  private ManagementApi() {}

  /**
   * Makes servers with every handler in place, that do not listen yet. They share one router.
   *
   * @param host the address they will listen on
   * @param metrics in Prometheus' text format; asked on event loops, takes milliseconds
   * @param listener told of every request
   */
  public static Supplier<HttpServer> servers(
      Vertx vertx,
      String host,
      Protection protection,
      Tls tls,
      ModelAdministration administration,
      Supplier<String> metrics,
      RequestListener listener) {
    Requests requests = new Requests(listener);
    ConnectionLimits limits = protection.config().limits().with(MAX_CONNECTIONS);
    Connections connections = new Connections(limits);
    Router router = router(vertx, host, protection, connections, administration, metrics, requests);
    return () -> HttpApi.server(vertx, tls.applyTo(options()), router, connections, requests);
  }

  /** Every address of the port; {@code management-openapi.json} tells the same. */
  static Router router(
      Vertx vertx,
      String host,
      Protection protection,
      Connections connections,
      ModelAdministration administration,
      Supplier<String> metrics,
      Requests requests) {
    BodyReader bodies =
        new BodyReader(
            MAX_BODY_BYTES, new RequestLimiter(MAX_REQUESTS, (long) MAX_REQUESTS * MAX_BODY_BYTES));
    Router router = Router.router(vertx);
    requests.mount(router);
    router
        .route()
        .handler(connections::count)
        .handler(
            new BodyPace(
                protection.config().limits(), BODY_DEADLINE, MAX_REQUESTS * MAX_BODY_BYTES))
        .handler(RequestIds::check)
        .handler(new AdministratorsOnly(host));
    Authentication.mount(router, protection.administrators());
    new DjlManagement(administration, bodies).mount(router);
    new RepositoryProtocol(administration, bodies).mount(router);
    new MetricsPage(metrics).mount(router);
    Asset document = Asset.read("/management-openapi.json");
    router.route("/openapi.json").handler(Methods.GET).handler(document::send);
    router.route().handler(ManagementApi::nothingHere).failureHandler(DjlProtocol::fail);
    requests.mountUnreadable(router);
    return router;
  }

  private static HttpServerOptions options() {
    return HttpApi.limits().setIdleTimeout(Math.toIntExact(IDLE.toSeconds()));
  }

  private static void nothingHere(RoutingContext ctx) {
    ctx.fail(
        HttpProblem.notFound(
            "there is nothing at this address; this port has /models, /v2/repository, /metrics, and"
                + " /openapi.json, which tells of them"));
  }

  /** Answers when the stage is done, on the request's event loop. */
  static <T> void answer(RoutingContext ctx, CompletionStage<T> stage, Consumer<T> answer) {
    Future.fromCompletionStage(stage, Vertx.currentContext())
        .onSuccess(result -> answerOrFail(ctx, result, answer))
        .onFailure(ctx::fail);
  }

  private static <T> void answerOrFail(RoutingContext ctx, T result, Consumer<T> answer) {
    try {
      if (!ctx.response().closed()) {
        answer.accept(result);
      }
    } catch (RuntimeException e) {
      ctx.fail(e);
    }
  }
}
