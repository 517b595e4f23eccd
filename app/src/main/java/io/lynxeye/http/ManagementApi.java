package io.lynxeye.http;

import io.lynxeye.management.ModelAdministration;
import io.lynxeye.scoring.Admission;
import io.lynxeye.scoring.RequestListener;
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
      ModelAdministration administration,
      Supplier<String> metrics,
      RequestListener listener) {
    Requests requests = new Requests(listener);
    BodyReader bodies =
        new BodyReader(
            MAX_BODY_BYTES, new Admission(MAX_REQUESTS, (long) MAX_REQUESTS * MAX_BODY_BYTES));
    Router router = Router.router(vertx);
    requests.mount(router);
    router
        .route()
        .handler(new BodyDeadline(BODY_DEADLINE))
        .handler(RequestIds::check)
        .handler(new AdministratorsOnly(host));
    new DjlManagement(administration, bodies).mount(router);
    new RepositoryProtocol(administration, bodies).mount(router);
    new MetricsPage(metrics).mount(router);
    router.route().handler(ManagementApi::nothingHere).failureHandler(DjlProtocol::fail);
    requests.mountUnreadable(router);
    HttpServerOptions options = HttpApi.limits().setIdleTimeout(Math.toIntExact(IDLE.toSeconds()));
    return () -> HttpApi.server(vertx, options, router, requests);
  }

  private static void nothingHere(RoutingContext ctx) {
    ctx.fail(
        HttpProblem.notFound(
            "there is nothing at this address; this port has /models, /v2/repository and /metrics"));
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
