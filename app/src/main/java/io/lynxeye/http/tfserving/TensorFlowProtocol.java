package io.lynxeye.http.tfserving;

import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelState;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.tensors.Excerpt;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /v1/models}, as in TensorFlow Serving's REST API: predict, status, metadata. */
public final class TensorFlowProtocol {

  private static final List<String> MODELS =
      List.of(
          "/v1/models/{model}",
          "/v1/models/{model}/versions/{version}",
          "/v1/models/{model}/labels/{label}");

  private final ScoringHandlers handlers;
  private final Supplier<? extends Collection<ModelStatus>> statuses;

  /**
   * @param statuses all model versions; called on event loops
   */
  public TensorFlowProtocol(
      ScoringHandlers handlers, Supplier<? extends Collection<ModelStatus>> statuses) {
    this.handlers = handlers;
    this.statuses = statuses;
  }

  public void mount(Router router) {
    for (String model : MODELS) {
      handlers.mount(
          () -> route(router, model + ":predict"),
          "tensorflow",
          TensorFlowProtocol::target,
          (ctx, target) -> handlers.scoreAll(ctx, target, TensorFlowProtocol::parse),
          ErrorHandler::error);
      get(router, model + "/metadata", this::metadata);
      get(router, model, this::status);
    }
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    route(router, path).handler(Methods.GET).handler(handler).failureHandler(ErrorHandler::error);
  }

  /** Path parameters also end before a colon, which Vert.x's own patterns do not support. */
  private static Route route(Router router, String path) {
    return router.routeWithRegex(path.replaceAll("\\{(\\w+)}", "(?<$1>[^/:]+)")).setName(path);
  }

  private static ScoringHandlers.Parsed parse(byte[] body, ModelDescription model)
      throws InvalidInputException {
    TensorFlowRequest request = TensorFlowRequest.parse(body, model);
    return new ScoringHandlers.Parsed(
        request.inputs(),
        Optional.empty(),
        request.isByColumns() ? TensorFlowJson::columns : TensorFlowJson::rows);
  }

  private void metadata(RoutingContext ctx) {
    ctx.json(TensorFlowJson.metadata(handlers.describe(target(ctx))));
  }

  private void status(RoutingContext ctx) {
    String name = ctx.pathParam("model");
    VersionChoice version = target(ctx).version();
    List<ModelStatus> found =
        statuses.get().stream()
            .filter(status -> status.id().name().equals(name) && isFor(status, version))
            .sorted(Comparator.comparing(ModelStatus::id).reversed())
            .toList();
    if (found.isEmpty()) {
      throw HttpException.modelNotFound("there is no model '" + Excerpt.of(name) + "'" + version);
    }
    boolean isReady = found.stream().anyMatch(status -> status.state() == ModelState.AVAILABLE);
    ctx.json(TensorFlowJson.status(found).put("name", name).put("ready", isReady)); // For KServe.
  }

  /** Whether a status of the model is for this version; a label stands for its current version. */
  private boolean isFor(ModelStatus status, VersionChoice version) {
    if (version instanceof VersionChoice.Exactly exactly) {
      return status.id().version().value() == exactly.version();
    }
    ScoringHandlers.Target target =
        new ScoringHandlers.Target(Optional.of(status.id().name()), version);
    return version instanceof VersionChoice.Newest
        || handlers.describe(target).id().equals(status.id());
  }

  private static ScoringHandlers.Target target(RoutingContext ctx) {
    String label = ctx.pathParam("label");
    return ScoringHandlers.Target.of(
        ctx.pathParam("model"), label == null ? ctx.pathParam("version") : label);
  }
}
