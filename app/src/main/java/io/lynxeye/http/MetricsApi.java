package io.lynxeye.http;

import io.lynxeye.scoring.RequestListener;
import io.lynxeye.security.Protection;
import io.lynxeye.security.tls.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The metrics port: {@code GET /metrics} without a key, so that a collector of metrics needs none
 * of the keys that allow to run code. It responds until the last request of the other ports has its
 * response.
 */
public final class MetricsApi {

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final Duration BODY_DEADLINE = Duration.ofSeconds(10);
  private static final int MAX_CONNECTIONS = 64;
  private static final int DISCARD_BYTES = 64 * 1024;

  private MetricsApi() {}

  /**
   * Supplies servers with all routes mounted that do not listen yet. They share one router.
   *
   * @param metrics in the Prometheus text format; called on event loops, takes milliseconds
   * @param listener receives every request
   */
  public static Supplier<HttpServer> servers(
      Vertx vertx,
      Protection protection,
      Tls tls,
      Supplier<String> metrics,
      RequestListener listener) {
    HttpServerFactory factory =
        new HttpServerFactory(
            vertx,
            protection.config().limits().with(MAX_CONNECTIONS),
            BODY_DEADLINE,
            DISCARD_BYTES,
            listener);
    mount(factory.router(), metrics);
    HttpProblem notFound =
        HttpProblem.notFound("there is nothing at this address; this port has only /metrics");
    factory.router().route().handler(ctx -> ctx.fail(notFound)).failureHandler(JsonErrors::djl);
    return () -> factory.server(tls.applyTo(HttpServerFactory.options()));
  }

  /** Mounts {@code GET /metrics}. */
  static void mount(Router router, Supplier<String> metrics) {
    router
        .route("/metrics")
        .handler(Methods.GET)
        .handler(ctx -> ctx.response().putHeader("Content-Type", TYPE).end(metrics.get()))
        .failureHandler(JsonErrors::djl);
  }
}
