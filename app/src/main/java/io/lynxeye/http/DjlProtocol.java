package io.lynxeye.http;

import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoringService;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /predictions/{model}[/{version}]}, as in DJL Serving and TorchServe: raw bytes or a
 * multipart form in, {@code [{"className", "probability"}]} out, best first. Also at DJL Serving's
 * other addresses, {@code /models/{model}/invoke} and {@code /invocations}; there the query may
 * name the model.
 */
public final class DjlProtocol {

  private final ScoringService scoring;
  private final BodyReader bodies;

  public DjlProtocol(ScoringService scoring, BodyReader bodies) {
    this.scoring = scoring;
    this.bodies = bodies;
  }

  public void mount(Router router) {
    List<String> paths =
        List.of(
            "/predictions/:model",
            "/predictions/:model/:version",
            "/models/:model/invoke",
            "/invocations");
    for (String path : paths) {
      Requests.scoring(router.route(path), "djl");
      Route route = router.route(path);
      route.handler(Methods.POST).handler(this::check).handler(bodies).handler(this::score);
      route.failureHandler(JsonErrors::djl);
    }
  }

  private void check(RoutingContext ctx) {
    Answers.check(ctx, scoring, model(ctx), version(ctx));
  }

  private void score(RoutingContext ctx) {
    Answers.score(ctx, scoring, model(ctx), version(ctx), ScoreJson::djl);
  }

  private static Optional<String> model(RoutingContext ctx) {
    String name = ctx.pathParam("model");
    return Optional.ofNullable(name == null ? ctx.queryParams().get("model_name") : name);
  }

  private static VersionChoice version(RoutingContext ctx) {
    String version = ctx.pathParam("version");
    return Answers.version(version == null ? ctx.queryParams().get("model_version") : version);
  }
}
