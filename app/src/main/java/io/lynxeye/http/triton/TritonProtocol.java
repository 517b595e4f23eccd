package io.lynxeye.http.triton;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.lynxeye.serving.repository.ModelRepository;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * What Triton's clients ask for beyond the Open Inference Protocol: a model's configuration and
 * statistics, the index of the repository. What only reads is answered; the rest is refused with
 * the reason.
 */
public final class TritonProtocol {

  private final ModelRepository repository;
  private final BodyReader bodies;

  public TritonProtocol(ModelRepository repository, BodyReader bodies) {
    this.repository = repository;
    this.bodies = bodies;
  }

  /** To be mounted before the Open Inference Protocol, in which "stats" would be a model's name. */
  public void mount(Router router) {
    get(
        router,
        "/v2/models/stats",
        ctx -> Answer.json(ctx, TritonJson.of(repository.statistics())));
    for (String model : List.of("/v2/models/:model", "/v2/models/:model/versions/:version")) {
      get(router, model + "/config", this::configuration);
      get(router, model + "/stats", this::statistics);
    }
    RepositoryIndex.mount(router, bodies, repository::index);
    router.route().handler(TritonRefusals::refuse);
  }

  /** Whether a request would change models or settings of the server. */
  public static boolean isForAdministrators(RoutingContext ctx) {
    return TritonRefusals.isForAdministrators(ctx.normalizedPath());
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).handler(Methods.GET).handler(handler).failureHandler(ErrorHandler::error);
  }

  private void configuration(RoutingContext ctx) {
    ScoringHandlers.Target target = target(ctx);
    Answer.json(ctx, TritonJson.of(repository.configuration(target.model(), target.version())));
  }

  private void statistics(RoutingContext ctx) {
    ScoringHandlers.Target target = target(ctx);
    Answer.json(
        ctx, TritonJson.of(repository.statistics(ctx.pathParam("model"), target.version())));
  }

  private static ScoringHandlers.Target target(RoutingContext ctx) {
    return ScoringHandlers.Target.of(ctx.pathParam("model"), ctx.pathParam("version"));
  }
}
