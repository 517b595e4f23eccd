package io.lynxeye.http.management;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.management.ModelAdministration.RolloutStep;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** {@code /models/{model}/rollout}: the trial of a model's new version, and its end. */
final class RolloutApi {

  private static final String PATH = "/models/:model/rollout";
  private static final String MODE = "rollout";

  private final ModelAdministration administration;
  private final BodyReader bodies;

  RolloutApi(ModelAdministration administration, BodyReader bodies) {
    this.administration = administration;
    this.bodies = bodies;
  }

  /** Mounts the routes; before those of DJL, for which {@code rollout} would be a version. */
  void mount(Router router) {
    mount(
        router,
        PATH,
        new Methods(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT),
        ctx ->
            send(
                ctx,
                ctx.request().method().equals(HttpMethod.PUT)
                    ? administration.setRollout(model(ctx), settings(ctx))
                    : administration.rollout(model(ctx))));
    for (RolloutStep step : RolloutStep.values()) {
      mount(
          router,
          PATH + "/" + step.name().toLowerCase(Locale.ROOT),
          Methods.POST,
          ctx -> send(ctx, administration.decide(model(ctx), step)));
    }
  }

  private void mount(Router router, String path, Methods methods, Handler<RoutingContext> handler) {
    router
        .route(path)
        .handler(methods)
        .handler(bodies)
        .handler(handler)
        .failureHandler(ErrorHandler::djl);
  }

  private static String model(RoutingContext ctx) {
    return ctx.pathParam("model");
  }

  /** {@code ?rollout=shadow&share=0.2}; an empty value removes a setting. */
  private static Map<String, Optional<String>> settings(RoutingContext ctx) {
    Map<String, Optional<String>> settings = new TreeMap<>();
    ctx.queryParams()
        .forEach(
            (name, value) ->
                settings.put(
                    name.equals(MODE) ? MODE : MODE + "." + name,
                    Optional.of(value).filter(text -> !text.isBlank())));
    return settings;
  }

  /** Sends what the future completes with as JSON. */
  static void send(RoutingContext ctx, CompletableFuture<Map<String, Object>> facts) {
    Exchange.of(ctx)
        .after(
            facts,
            known ->
                Answer.text(ctx, 200, Answer.JSON, new JsonObject(known).encodePrettily() + "\n"));
  }
}
