package io.lynxeye.http;

import io.vertx.ext.web.Router;
import java.util.function.Supplier;

/** {@code GET /metrics}, for Prometheus. */
final class MetricsPage {

  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<String> metrics;

  MetricsPage(Supplier<String> metrics) {
    this.metrics = metrics;
  }

  void mount(Router router) {
    router
        .route("/metrics")
        .handler(Methods.GET)
        .handler(ctx -> ctx.response().putHeader("Content-Type", TYPE).end(metrics.get()))
        .failureHandler(DjlProtocol::fail);
  }
}
