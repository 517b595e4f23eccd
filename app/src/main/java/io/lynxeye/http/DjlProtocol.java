package io.lynxeye.http;

import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /predictions/{model}[/{version}]}, as DJL Serving: raw bytes or a multipart form in,
 * {@code [{"className", "probability"}]} out, best first.
 */
final class DjlProtocol {

  private final ScoringService scoring;
  private final BodyReader bodies;

  DjlProtocol(ScoringService scoring, BodyReader bodies) {
    this.scoring = scoring;
    this.bodies = bodies;
  }

  void mount(Router router) {
    for (String path : List.of("/predictions/:model", "/predictions/:model/:version")) {
      Requests.scoring(router.route(path), "djl");
      Route route = router.route(path);
      route.handler(Methods.POST).handler(this::check).handler(bodies).handler(this::score);
      route.failureHandler(DjlProtocol::fail);
    }
  }

  private void check(RoutingContext ctx) {
    Answers.check(ctx, scoring, model(ctx), version(ctx));
  }

  private void score(RoutingContext ctx) {
    Answers.score(ctx, scoring, model(ctx), version(ctx), ScoreJson::djl);
  }

  private static Optional<String> model(RoutingContext ctx) {
    return Optional.of(ctx.pathParam("model"));
  }

  private static VersionChoice version(RoutingContext ctx) {
    return Answers.version(ctx.pathParam("version"));
  }

  static void fail(RoutingContext ctx) {
    Failures.answer(ctx, DjlProtocol::shape);
  }

  static Failures.Body shape(ErrorAnswer error) {
    return Failures.json(
        new JsonObject()
            .put("code", error.status())
            .put("type", error.type())
            .put("message", error.message()));
  }
}
