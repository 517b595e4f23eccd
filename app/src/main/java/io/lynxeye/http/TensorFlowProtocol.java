package io.lynxeye.http;

import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoreRequest;
import io.lynxeye.scoring.ScoringService;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** {@code /v1/models}, as TensorFlow Serving's REST API: predict, status, metadata. */
final class TensorFlowProtocol {

  private static final String MODEL =
      "/v1/models/(?<model>[^/:]+)(?:/versions/(?<version>[^/:]+)|/labels/(?<label>[^/:]+))?";

  private final ScoringService scoring;
  private final BodyReader bodies;
  private final BodyParsing parsing;
  private final Supplier<? extends Collection<ModelStatus>> statuses;

  /**
   * @param statuses every version there is; asked on event loops
   */
  TensorFlowProtocol(
      ScoringService scoring,
      BodyReader bodies,
      BodyParsing parsing,
      Supplier<? extends Collection<ModelStatus>> statuses) {
    this.scoring = scoring;
    this.bodies = bodies;
    this.parsing = parsing;
    this.statuses = statuses;
  }

  void mount(Router router) {
    Requests.scoring(router.routeWithRegex(MODEL + ":predict"), "tensorflow");
    route(router, ":predict", "{model}:predict")
        .handler(Methods.POST)
        .handler(this::check)
        .handler(bodies)
        .handler(this::predict);
    route(router, ":(?<verb>classify|regress)", "{model}:classify")
        .handler(Methods.POST)
        .handler(TensorFlowProtocol::refuseVerb);
    get(router, "/metadata", "{model}/metadata", this::metadata);
    get(router, "", "{model}", this::status);
  }

  private static void get(
      Router router, String path, String name, Handler<RoutingContext> handler) {
    route(router, path, name).handler(Methods.GET).handler(handler);
  }

  private static Route route(Router router, String path, String name) {
    return router
        .routeWithRegex(MODEL + path)
        .setName("/v1/models/" + name)
        .failureHandler(TensorFlowProtocol::fail);
  }

  private void check(RoutingContext ctx) {
    Answers.check(ctx, scoring, model(ctx), version(ctx));
  }

  private void predict(RoutingContext ctx) {
    parsing.parse(ctx, TensorFlowRequest::parse, request -> score(ctx, request));
  }

  private void score(RoutingContext ctx, TensorFlowRequest body) throws InvalidInputException {
    Optional<String> model = model(ctx);
    VersionChoice version = version(ctx);
    ScoreRequest request =
        new ScoreRequest(
            model,
            version,
            body.inputs(scoring.describe(model, version).signature()),
            OptionalInt.empty(),
            Answers.timeLeft(ctx));
    Answers.scoreAll(
        ctx, scoring, request, body.isByColumns() ? TensorFlowJson::columns : TensorFlowJson::rows);
  }

  private static void refuseVerb(RoutingContext ctx) {
    ctx.fail(
        HttpProblem.badRequest(
            ctx.pathParam("verb")
                + " is not supported, because it takes no pictures; use :predict with {\"instances\": [{\"b64\": \"...\"}]}"));
  }

  private void metadata(RoutingContext ctx) {
    answer(ctx, TensorFlowJson.metadata(scoring.describe(model(ctx), version(ctx))));
  }

  private void status(RoutingContext ctx) {
    String name = ctx.pathParam("model");
    VersionChoice version = version(ctx);
    List<ModelStatus> found =
        statuses.get().stream()
            .filter(status -> status.id().name().equals(name) && isMeant(status, version))
            .sorted(Comparator.comparing(ModelStatus::id).reversed())
            .toList();
    if (found.isEmpty()) {
      throw HttpProblem.modelNotFound(
          "there is no model '" + Answers.printable(name) + "'" + version);
    }
    answer(ctx, TensorFlowJson.status(found));
  }

  /** Of the statuses of one model; a label means the version it stands for now. */
  private boolean isMeant(ModelStatus status, VersionChoice version) {
    if (version instanceof VersionChoice.Exactly exactly) {
      return status.id().version() == exactly.version();
    }
    return version instanceof VersionChoice.Newest
        || scoring.describe(Optional.of(status.id().name()), version).id().equals(status.id());
  }

  private static void answer(RoutingContext ctx, JsonObject json) {
    ctx.response().putHeader("Content-Type", "application/json").end(json.encode());
  }

  private static Optional<String> model(RoutingContext ctx) {
    return Optional.of(ctx.pathParam("model"));
  }

  private static VersionChoice version(RoutingContext ctx) {
    String label = ctx.pathParam("label");
    return Answers.version(label == null ? ctx.pathParam("version") : label);
  }

  private static void fail(RoutingContext ctx) {
    Failures.answer(ctx, Failures::error);
  }
}
