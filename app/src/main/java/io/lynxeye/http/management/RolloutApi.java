package io.lynxeye.http.management;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.management.ModelAdministration.RolloutStep;
import io.lynxeye.serving.rollout.Feedback;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * {@code /models/{model}/rollout}: the trial of a model's new version, and its end; {@code
 * /models/{model}/feedback}: the true classes of its images.
 */
final class RolloutApi {

  private static final String PATH = "/models/:model/rollout";
  private static final String FEEDBACK = "/models/:model/feedback";
  private static final String MODE = "rollout";
  private static final String CURE =
      "send {\"request_id\": \"...\", \"image\": 0, \"label\": \"...\"}, or a list of such objects";

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
    mount(
        router,
        PATH + "/images/:digest",
        Methods.GET,
        ctx ->
            Exchange.of(ctx)
                .after(
                    administration.rolloutImage(model(ctx), ctx.pathParam("digest")),
                    image ->
                        Answer.send(ctx.request(), ImageType.of(image), Buffer.buffer(image))));
    for (RolloutStep step : RolloutStep.values()) {
      mount(
          router,
          PATH + "/" + step.name().toLowerCase(Locale.ROOT),
          Methods.POST,
          ctx -> send(ctx, administration.decide(model(ctx), step)));
    }
    mount(router, FEEDBACK, Methods.POST, this::feedback);
  }

  private void feedback(RoutingContext ctx) {
    List<Feedback> labels = labels(Exchange.of(ctx).takeBody());
    String model = model(ctx);
    Exchange.of(ctx)
        .after(
            ctx.vertx().executeBlocking(() -> administration.feedback(model, labels), false),
            receipt ->
                Answer.json(
                    ctx,
                    new JsonObject()
                        .put("counted", receipt.counted())
                        .put("unknown", receipt.unknown())));
  }

  private static List<Feedback> labels(byte[] body) {
    try {
      Object json = Json.decodeValue(Buffer.buffer(body));
      JsonArray all = json instanceof JsonArray list ? list : new JsonArray().add(json);
      return all.stream().map(RolloutApi::label).toList();
    } catch (DecodeException e) {
      throw notFeedback();
    }
  }

  private static Feedback label(Object element) {
    if (element instanceof JsonObject json
        && json.getValue("request_id") instanceof String id
        && json.getValue("image", 0) instanceof Integer image
        && json.getValue("label") != null) {
      return new Feedback(id, image, json.getValue("label").toString());
    }
    throw notFeedback();
  }

  private static HttpException notFeedback() {
    return HttpException.badRequest("the body is not feedback: " + CURE);
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
