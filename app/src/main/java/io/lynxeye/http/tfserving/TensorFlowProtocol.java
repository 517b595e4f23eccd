package io.lynxeye.http.tfserving;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.scoring.ScoredBody;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.scoring.VersionStatuses;
import io.lynxeye.serving.tensors.ExampleMethod;
import io.lynxeye.serving.tensors.Excerpt;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** {@code /v1/models}, as in TensorFlow Serving's REST API: scoring, status, metadata. */
public final class TensorFlowProtocol {

  private static final List<String> MODELS =
      List.of(
          "/v1/models/{model}",
          "/v1/models/{model}/versions/{version}",
          "/v1/models/{model}/labels/{label}");

  private final ScoringHandlers handlers;
  private final VersionStatuses statuses;

  public TensorFlowProtocol(ScoringHandlers handlers, VersionStatuses statuses) {
    this.handlers = handlers;
    this.statuses = statuses;
  }

  public void mount(Router router) {
    for (String model : MODELS) {
      score(router, model + ":predict", TensorFlowProtocol::predict);
      score(router, model + ":classify", examples(ExampleMethod.CLASSIFY));
      score(router, model + ":regress", examples(ExampleMethod.REGRESS));
      get(router, model + "/metadata", this::metadata);
      get(router, model, this::status);
    }
  }

  private void score(Router router, String path, ScoringHandlers.Parser parser) {
    handlers.mount(
        () -> route(router, path),
        "tensorflow",
        TensorFlowProtocol::target,
        (ctx, target) -> handlers.scoreAll(ctx, target, parser),
        ErrorHandler::error);
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    route(router, path).handler(Methods.GET).handler(handler).failureHandler(ErrorHandler::error);
  }

  /** Path parameters also end before a colon, which Vert.x's own patterns do not support. */
  private static Route route(Router router, String path) {
    return router.routeWithRegex(path.replaceAll("\\{(\\w+)}", "(?<$1>[^/:]+)")).setName(path);
  }

  private static ScoringHandlers.Parsed predict(byte[] body, ModelDescription model)
      throws InvalidInputException {
    TensorFlowRequest request = TensorFlowRequest.parse(body, model);
    return new ScoringHandlers.Parsed(
        request.inputs(),
        Optional.empty(),
        (results, maxJson) ->
            ScoredBody.json(
                request.isByColumns()
                    ? TensorFlowJson.columns(results, maxJson)
                    : TensorFlowJson.rows(results, maxJson)));
  }

  private static ScoringHandlers.Parser examples(ExampleMethod method) {
    return (body, model) -> {
      ExamplesRequest request = ExamplesRequest.parse(body);
      int examples = request.count();
      return new ScoringHandlers.Parsed(
          request.inputs(method, model),
          Optional.empty(),
          (results, maxJson) ->
              ScoredBody.json(TensorFlowJson.results(method, results, examples, maxJson)));
    };
  }

  private void metadata(RoutingContext ctx) {
    Answer.json(ctx, TensorFlowJson.metadata(handlers.describe(target(ctx))));
  }

  private void status(RoutingContext ctx) {
    String name = ctx.pathParam("model");
    VersionChoice version = target(ctx).version();
    List<ModelStatus> found = statuses.of(name, version);
    if (found.isEmpty()) {
      throw HttpException.modelNotFound("there is no model '" + Excerpt.of(name) + "'" + version);
    }
    boolean isReady = found.stream().anyMatch(status -> status.state().isLoaded());
    Answer.json(
        ctx, TensorFlowJson.status(found).put("name", name).put("ready", isReady)); // For KServe.
  }

  private static ScoringHandlers.Target target(RoutingContext ctx) {
    String label = ctx.pathParam("label");
    return ScoringHandlers.Target.of(
        ctx.pathParam("model"), label == null ? ctx.pathParam("version") : label);
  }
}
