package io.lynxeye.http;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.liveness.Health;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Liveness and readiness. The server is live while all threads that it needs run. It is ready once
 * the default model has been warmed up, and until its shutdown begins.
 */
final class HealthRoutes {

  private final ModelRegistry registry;
  private final Health health;

  HealthRoutes(ModelRegistry registry, Health health) {
    this.registry = registry;
    this.health = health;
  }

  void mount(Router router) {
    mount(router, "/health/live", this::liveness);
    mount(router, "/health/ready", ctx -> readiness(ctx, "ready"));
    mount(router, "/", ctx -> readiness(ctx, "Healthy"));
    mount(router, "/ping", this::ping);
    mount(router, "/v2/health/live", ctx -> state(ctx, "live", health.isLive()));
    mount(router, "/v2/health/ready", ctx -> state(ctx, "ready", health.isReady()));
  }

  private static void mount(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).handler(Methods.GET).handler(handler);
  }

  /** Open Inference clients read the status, KServe's the body too. */
  private static void state(RoutingContext ctx, String name, boolean isSo) {
    Answer.json(ctx, isSo ? 200 : 503, new JsonObject().put(name, isSo));
  }

  private void liveness(RoutingContext ctx) {
    boolean isLive = health.isLive();
    Answer.text(ctx, isLive ? 200 : 503, Answer.TEXT, isLive ? "live" : "not live");
  }

  private void readiness(RoutingContext ctx, String yes) {
    boolean isReady = health.isReady();
    Answer.text(ctx, isReady ? 200 : 503, Answer.TEXT, isReady ? yes : "not ready");
  }

  /** DJL Serving's form: the health of each model by name. */
  private void ping(RoutingContext ctx) {
    JsonObject models = new JsonObject();
    for (ServedModel model : registry.all()) {
      models.put(model.id().name(), new JsonObject().put("status", "Healthy"));
    }
    Answer.json(ctx, health.isReady() ? 200 : 503, models);
  }
}
