package io.lynxeye.http;

import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.Optional;

/** {@code POST /score}, as the Azure ML service before us: a picture in, any Content-Type. */
final class AzureProtocol {

  private final ScoringService scoring;
  private final BodyReader bodies;

  AzureProtocol(ScoringService scoring, BodyReader bodies) {
    this.scoring = scoring;
    this.bodies = bodies;
  }

  void mount(Router router) {
    Requests.scoring(router.route("/score"), "azure");
    router
        .route("/score")
        .handler(Methods.POST)
        .handler(AzureProtocol::announce)
        .handler(this::check)
        .handler(bodies)
        .handler(this::score)
        .failureHandler(AzureProtocol::fail);
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
