package io.lynxeye.http;

import io.lynxeye.scoring.RequestListener;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The metrics alone, without a key, on a port of their own: so that whoever collects them needs
 * none of the keys with which one can run code. It answers until the last request has its answer.
 */
public final class MetricsApi {

  private static final Duration BODY_DEADLINE = Duration.ofSeconds(10);
  private static final int MAX_CONNECTIONS = 64;
  private static final int DISCARD_BYTES = 64 * 1024;

  private MetricsApi() {}

  /**
   * Makes servers with every handler in place, that do not listen yet. They share one router.
   *
   * @param metrics in Prometheus' text format; asked on event loops, takes milliseconds
   * @param listener told of every request
   */
  public static Supplier<HttpServer> servers(
      Vertx vertx,
      Protection protection,
      Tls tls,
      Supplier<String> metrics,
      RequestListener listener) {
    Requests requests = new Requests(listener);
    Connections connections = new Connections(protection.config().limits().with(MAX_CONNECTIONS));
    Router router = Router.router(vertx);
    requests.mount(router);
    router
        .route()
        .handler(connections::count)
        .handler(new BodyPace(protection.config().limits(), BODY_DEADLINE, DISCARD_BYTES))
        .handler(RequestIds::check);
    new MetricsPage(metrics).mount(router);
    router.route().handler(MetricsApi::nothingHere).failureHandler(DjlProtocol::fail);
    requests.mountUnreadable(router);
    return () ->
        HttpApi.server(vertx, tls.applyTo(HttpApi.limits()), router, connections, requests);
  }

  private static void nothingHere(RoutingContext ctx) {
    ctx.fail(
        HttpProblem.notFound("there is nothing at this address; this port has /metrics alone"));
  }
}
