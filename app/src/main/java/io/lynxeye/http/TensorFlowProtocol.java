package io.lynxeye.http;

import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoreRequest;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.Handler;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** {@code /v1/models}, as in TensorFlow Serving's REST API: predict, status, metadata. */
public final class TensorFlowProtocol {

  private static final List<String> MODELS =
      List.of(
          "/v1/models/{model}",
          "/v1/models/{model}/versions/{version}",
          "/v1/models/{model}/labels/{label}");

  private final ScoringService scoring;
  private final BodyReader bodies;
  private final BodyParsing parsing;
  private final Supplier<? extends Collection<ModelStatus>> statuses;

  /**
   * @param statuses all model versions; called on event loops
   */
  public TensorFlowProtocol(
      ScoringService scoring,
      BodyReader bodies,
      BodyParsing parsing,
      Supplier<? extends Collection<ModelStatus>> statuses) {
    this.scoring = scoring;
    this.bodies = bodies;
    this.parsing = parsing;
    this.statuses = statuses;
  }

  public void mount(Router router) {
    for (String model : MODELS) {
      Requests.scoring(route(router, model + ":predict"), "tensorflow");
      route(router, model + ":predict")
          .handler(Methods.POST)
          .handler(this::check)
          .handler(bodies)
          .handler(this::predict)
          .failureHandler(JsonErrors::message);
      get(router, model + "/metadata", this::metadata);
      get(router, model, this::status);
    }
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    route(router, path).handler(Methods.GET).handler(handler).failureHandler(JsonErrors::message);
  }

  /** Path parameters also end before a colon, which Vert.x's own patterns do not support. */
  private static Route route(Router router, String path) {
    return router.routeWithRegex(path.replaceAll("\\{(\\w+)}", "(?<$1>[^/:]+)")).setName(path);
  }

  private void check(RoutingContext ctx) {
    Answers.check(ctx, scoring, model(ctx), version(ctx));
  }

  private void predict(RoutingContext ctx) {
    ModelSignature signature = scoring.models().describe(model(ctx), version(ctx)).signature();
    parsing.parse(
        ctx,
        body -> {
          TensorFlowRequest request = TensorFlowRequest.parse(body);
          return new Parsed(request.inputs(signature), request.isByColumns());
        },
        parsed -> score(ctx, parsed));
  }

  /** The parts of a body that are kept until it is scored. */
  private record Parsed(List<ModelInput> inputs, boolean isByColumns) {}

  private void score(RoutingContext ctx, Parsed body) throws InvalidInputException {
    ScoreRequest request =
        new ScoreRequest(
            model(ctx), version(ctx), body.inputs, OptionalInt.empty(), Answers.timeLeft(ctx));
    Answers.scoreAll(
        ctx, scoring, request, body.isByColumns ? TensorFlowJson::columns : TensorFlowJson::rows);
  }

  private void metadata(RoutingContext ctx) {
    ctx.json(TensorFlowJson.metadata(scoring.models().describe(model(ctx), version(ctx))));
  }

  private void status(RoutingContext ctx) {
    String name = ctx.pathParam("model");
    VersionChoice version = version(ctx);
    List<ModelStatus> found =
        statuses.get().stream()
            .filter(status -> status.id().name().equals(name) && isFor(status, version))
            .sorted(Comparator.comparing(ModelStatus::id).reversed())
            .toList();
    if (found.isEmpty()) {
      throw HttpProblem.modelNotFound(
          "there is no model '" + Parameters.printable(name) + "'" + version);
    }
    ctx.json(TensorFlowJson.status(found));
  }

  /** Whether a status of the model is for this version; a label stands for its current version. */
  private boolean isFor(ModelStatus status, VersionChoice version) {
    if (version instanceof VersionChoice.Exactly exactly) {
      return status.id().version() == exactly.version();
    }
    return version instanceof VersionChoice.Newest
        || scoring
            .models()
            .describe(Optional.of(status.id().name()), version)
            .id()
            .equals(status.id());
  }

  private static Optional<String> model(RoutingContext ctx) {
    return Optional.of(ctx.pathParam("model"));
  }

  private static VersionChoice version(RoutingContext ctx) {
    String label = ctx.pathParam("label");
    return Answers.version(label == null ? ctx.pathParam("version") : label);
  }
}
