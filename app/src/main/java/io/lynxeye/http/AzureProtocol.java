package io.lynxeye.http;

import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /score}, as the Azure ML service before us: a picture in, any Content-Type. The same
 * at the address that Azure ML hands out, {@code /api/v1/service/{name}/score}, whatever the
 * service's name, and {@code GET /swagger.json}, which its clients ask what to send.
 */
final class AzureProtocol {

  private static final String PROTOCOL = "azure";

  private final ScoringService scoring;
  private final BodyReader bodies;

  AzureProtocol(ScoringService scoring, BodyReader bodies) {
    this.scoring = scoring;
    this.bodies = bodies;
  }

  void mount(Router router) {
    for (String path : List.of("/score", "/api/v1/service/:name/score")) {
      Requests.scoring(router.route(path), PROTOCOL);
      router
          .route(path)
          .handler(Methods.POST)
          .handler(AzureProtocol::announce)
          .handler(this::check)
          .handler(bodies)
          .handler(this::score)
          .failureHandler(AzureProtocol::fail);
    }
    for (String path : List.of("/swagger.json", "/api/v1/service/:name/swagger.json")) {
      router
          .route(path)
          .handler(Methods.GET)
          .handler(AzureProtocol::describe)
          .failureHandler(AzureProtocol::fail);
    }
  }

  /** What the original's HTTP server told of a run of the entry script. */
  private static void announce(RoutingContext ctx) {
    ctx.addHeadersEndHandler(
        headers -> {
          boolean failed = ctx.response().getStatusCode() >= 400;
          ctx.response().putHeader("x-ms-run-function-failed", failed ? "True" : "False");
          Requests.of(ctx).timings().stream()
              .map(timing -> timing.decode().plus(timing.queue()).plus(timing.engine()))
              .max(Comparator.naturalOrder())
              .map(ServerTiming::millis)
              .ifPresent(millis -> ctx.response().putHeader("x-ms-run-fn-exec-ms", millis));
        });
    ctx.next();
  }

  private void check(RoutingContext ctx) {
    Answers.check(ctx, scoring, Optional.empty(), VersionChoice.newest());
  }

  private void score(RoutingContext ctx) {
    Answers.score(ctx, scoring, Optional.empty(), VersionChoice.newest(), ScoreJson::azure);
  }

  /** Swagger 2.0, as those clients read it, with the address they asked at. */
  private static void describe(RoutingContext ctx) {
    String path = ctx.request().path();
    String score = path.substring(0, path.length() - "swagger.json".length()) + "score";
    JsonObject body =
        new JsonObject()
            .put("name", "picture")
            .put("in", "body")
            .put("required", true)
            .put("schema", new JsonObject().put("type", "string").put("format", "binary"));
    JsonObject answers =
        new JsonObject()
            .put("200", new JsonObject().put("description", "The best classes, best first"))
            .put("default", new JsonObject().put("description", "Why it was not scored"));
    JsonObject post =
        new JsonObject()
            .put("operationId", "score")
            .put("summary", "Scores a picture: the file's bytes, whatever the Content-Type")
            .put("consumes", JsonArray.of("image/jpeg", "application/octet-stream"))
            .put("produces", JsonArray.of("application/json"))
            .put("parameters", JsonArray.of(body))
            .put("responses", answers);
    JsonObject document =
        new JsonObject()
            .put("swagger", "2.0")
            .put("info", new JsonObject().put("title", "Lynxeye").put("version", "1.0"))
            .put("paths", new JsonObject().put(score, new JsonObject().put("post", post)));
    ctx.response().putHeader("Content-Type", "application/json").end(document.encode());
  }

  /** A wrong method is told in plain text, the rest as {@code {"message": ...}}. */
  private static void fail(RoutingContext ctx) {
    Failures.answer(
        ctx,
        error ->
            error.status() == 405
                ? new Failures.Body("text/plain", error.message())
                : Failures.json(
                    new JsonObject()
                        .put("message", error.message())
                        .put("requestId", RequestIds.of(ctx))));
  }
}
