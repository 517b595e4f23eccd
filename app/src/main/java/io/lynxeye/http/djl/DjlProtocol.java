package io.lynxeye.http.djl;

import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.json.ScoreJson;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * {@code POST /predictions/{model}[/{version}]}, as in DJL Serving and TorchServe: raw bytes or a
 * multipart form in, {@code [{"className", "probability"}]} out, best first. Also at DJL Serving's
 * other addresses, {@code /models/{model}/invoke} and {@code /invocations}; there the query may
 * name the model.
 */
public final class DjlProtocol {

  private DjlProtocol() {}

  public static void mount(Router router, ScoringHandlers handlers) {
    List<String> paths =
        List.of(
            "/predictions/:model",
            "/predictions/:model/:version",
            "/models/:model/invoke",
            "/invocations");
    for (String path : paths) {
      handlers.mount(
          () -> router.route(path),
          "djl",
          DjlProtocol::target,
          (ctx, target) -> handlers.score(ctx, target, ScoreJson::djl),
          ErrorHandler::djl);
    }
  }

  private static ScoringHandlers.Target target(RoutingContext ctx) {
    String model = ctx.pathParam("model");
    String version = ctx.pathParam("version");
    return ScoringHandlers.Target.of(
        model == null ? ctx.queryParams().get("model_name") : model,
        version == null ? ctx.queryParams().get("model_version") : version);
  }
}
