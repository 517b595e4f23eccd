package io.lynxeye.http.azure;

import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.exchange.RequestIds;
import io.lynxeye.http.exchange.ServerTiming;
import io.lynxeye.http.json.ScoreJson;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;

/**
 * {@code POST /score}, compatible with the Azure ML service that this server replaces: an image in,
 * with any Content-Type. Also at the address that Azure ML gives out, {@code
 * /api/v1/service/{name}/score}, for any service name.
 */
public final class AzureProtocol {

  private AzureProtocol() {}

  public static void mount(Router router, ScoringHandlers handlers) {
    for (String folder : List.of("/", "/api/v1/service/:name/")) {
      router.post(folder + "score").handler(AzureProtocol::announce);
      handlers.mount(
          () -> router.route(folder + "score"),
          "azure",
          ctx -> ScoringHandlers.Target.of(null, null),
          (ctx, target) -> handlers.score(ctx, target, ScoreJson::azure),
          AzureProtocol::fail);
      router
          .route(folder + "swagger.json")
          .handler(Methods.GET)
          .handler(AzureSwagger::send)
          .failureHandler(AzureProtocol::fail);
    }
  }

  /** Adds the headers in which Azure's HTTP server reported a run of the entry script. */
  private static void announce(RoutingContext ctx) {
    ctx.addHeadersEndHandler(
        headers -> {
          boolean failed = ctx.response().getStatusCode() >= 400;
          ctx.response().putHeader("x-ms-run-function-failed", failed ? "True" : "False");
          Exchange.of(ctx).context().timings().stream()
              .map(timing -> timing.decode().plus(timing.queue()).plus(timing.engine()))
              .max(Comparator.naturalOrder())
              .map(ServerTiming::millis)
              .ifPresent(millis -> ctx.response().putHeader("x-ms-run-fn-exec-ms", millis));
        });
    ctx.next();
  }

  /** Responds to a wrong method in plain text, to other failures with {@code {"message": ...}}. */
  private static void fail(RoutingContext ctx) {
    ErrorHandler.respond(
        ctx,
        error ->
            error.status() == 405
                ? new ErrorHandler.Body("text/plain", error.message())
                : ErrorHandler.json(
                    new JsonObject()
                        .put("message", error.message())
                        .put("requestId", RequestIds.of(ctx))));
  }
}
