package io.lynxeye.http;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/**
 * Liveness and readiness. The server is ready once the default model has been warmed up, and until
 * its shutdown begins.
 */
final class Health {

  private final ModelRegistry registry;
  private final BooleanSupplier ready;

  Health(ModelRegistry registry, BooleanSupplier ready) {
    this.registry = registry;
    this.ready = ready;
  }

  void mount(Router router) {
    mount(router, "/health/live", ctx -> Answer.text(ctx, 200, Answer.TEXT, "live"));
    mount(router, "/health/ready", ctx -> readiness(ctx, "ready"));
    mount(router, "/", ctx -> readiness(ctx, "Healthy"));
    mount(router, "/ping", this::ping);
    mount(router, "/v2/health/live", ctx -> state(ctx, "live", true));
    mount(router, "/v2/health/ready", ctx -> state(ctx, "ready", ready.getAsBoolean()));
  }

  private static void mount(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).handler(Methods.GET).handler(handler);
  }

  /** Open Inference clients read the status, KServe's the body too. */
  private static void state(RoutingContext ctx, String name, boolean isSo) {
    Answer.json(ctx, isSo ? 200 : 503, new JsonObject().put(name, isSo));
  }

  private void readiness(RoutingContext ctx, String yes) {
    boolean isReady = ready.getAsBoolean();
    Answer.text(ctx, isReady ? 200 : 503, Answer.TEXT, isReady ? yes : "not ready");
  }

  /** DJL Serving's form: the health of each model by name. */
  private void ping(RoutingContext ctx) {
    JsonObject health = new JsonObject();
    for (ServedModel model : registry.all()) {
      health.put(model.id().name(), new JsonObject().put("status", "Healthy"));
    }
    Answer.json(ctx, ready.getAsBoolean() ? 200 : 503, health);
  }
}
