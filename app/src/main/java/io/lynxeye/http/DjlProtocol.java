package io.lynxeye.http;

import io.lynxeye.scoring.Prediction;
import io.lynxeye.scoring.ScoreResult;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.json.JsonArray;
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
      Route route = router.route(path);
      route.handler(Methods.POST).handler(bodies).handler(this::score);
      route.failureHandler(DjlProtocol::fail);
    }
  }

  private void score(RoutingContext ctx) {
    Answers.score(
        ctx,
        scoring,
        Optional.of(ctx.pathParam("model")),
        Answers.version(ctx.pathParam("version")),
        DjlProtocol::shape);
  }

  private static String shape(ScoreResult result) {
    JsonArray predictions = new JsonArray();
    for (Prediction prediction : result.predictions()) {
      predictions.add(
          new JsonObject()
              .put("className", prediction.label())
              .put("probability", prediction.probability()));
    }
    return predictions.encode();
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
