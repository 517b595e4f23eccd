package io.lynxeye.http.management;

import io.lynxeye.http.connection.HttpServerFactory;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.lynxeye.serving.observation.RequestListener;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The metrics port: {@code GET /metrics} without a key, because a metrics collector must not need a
 * key that allows running code. It responds until the last request of the other ports has its
 * response.
 */
public final class MetricsApi {

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final Duration BODY_DEADLINE = Duration.ofSeconds(10);

  /** Connections to this port; fewer if the limit of open files allows fewer. */
  public static final int MAX_CONNECTIONS = 64;

  private static final int DISCARD_BYTES = 64 * 1024;

  private MetricsApi() {}

  /**
   * Mounts every route of the port.
   *
   * @param metrics in the Prometheus text format; called on event loops, takes milliseconds
   * @param listener receives every request
   */
  public static HttpServerFactory servers(
      Vertx vertx,
      Protection protection,
      Tls tls,
      Supplier<String> metrics,
      RequestListener listener) {
    HttpServerFactory.Limits limits =
        new HttpServerFactory.Limits(
            protection.config().limits().atMost(MAX_CONNECTIONS),
            Duration.ZERO,
            BODY_DEADLINE,
            DISCARD_BYTES);
    HttpServerFactory servers = new HttpServerFactory(vertx, tls, limits, listener);
    mount(servers.router(), metrics, "this port has only /metrics");
    return servers;
  }

  /**
   * Mounts {@code GET /metrics}, then 404 for every other address.
   *
   * @param addresses what the port has, for the message
   */
  static void mount(Router router, Supplier<String> metrics, String addresses) {
    router
        .route("/metrics")
        .handler(Methods.GET)
        .handler(ctx -> Answer.text(ctx, 200, TYPE, metrics.get()))
        .failureHandler(ErrorHandler::djl);
    HttpException notFound =
        HttpException.notFound("there is nothing at this address; " + addresses);
    router.route().handler(ctx -> ctx.fail(notFound)).failureHandler(ErrorHandler::djl);
  }
}
