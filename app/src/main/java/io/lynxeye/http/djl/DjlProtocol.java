package io.lynxeye.http.djl;

import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.json.ScoreJson;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code POST /predictions/{model}[/{version}]}, as in DJL Serving and TorchServe: raw bytes or a
 * multipart form in, {@code [{"className", "probability"}]} out, best first. Also at DJL Serving's
 * other addresses, {@code /models/{model}/invoke} and {@code /invocations}; there the query may
 * name the model.
 */
public final class DjlProtocol {

  private static final String ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes";
  private static final Pattern ASYNCHRONOUS =
      Pattern.compile("(?i)\\b(x-synchronous\\s*=\\s*false|x-starting-token\\s*=)");

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
          ctx -> {
            requireSynchronous(ctx.request().headers());
            return target(ctx);
          },
          (ctx, target) -> handlers.score(ctx, target, ScoreJson::djl),
          ErrorHandler::djl);
    }
  }

  /**
   * DJL Serving can answer with a token, with which the result is fetched later. SageMaker passes
   * the same headers on as attributes in one header.
   *
   * @throws HttpException 400 when the client asks for that
   */
  private static void requireSynchronous(MultiMap headers) {
    String attributes = headers.contains(ATTRIBUTES) ? headers.get(ATTRIBUTES) : "";
    boolean wantsToken = "false".equalsIgnoreCase(headers.get("x-synchronous"));
    boolean hasToken = headers.contains("x-starting-token");
    if (wantsToken || hasToken || ASYNCHRONOUS.matcher(attributes).find()) {
      throw HttpException.badRequest(
          "asynchronous requests (x-synchronous: false, x-starting-token) are not supported; leave"
              + " the header out: the response has the result");
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
