package io.lynxeye.http;

import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.scoring.ScoreRequest;
import io.lynxeye.scoring.ScoreResult;
import io.lynxeye.scoring.ScoringService;
import io.lynxeye.tensors.ModelMetadata;
import io.lynxeye.tensors.TensorOutputs;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * {@code /v2}, the Open Inference Protocol as in KServe and Triton: metadata and infer, with the
 * extensions for binary tensors and for classification. Its health checks need no key, so they are
 * with the server's own.
 */
public final class OpenInferenceProtocol {

  private static final String JSON_LENGTH = "Inference-Header-Content-Length";
  private static final String BINARY = "application/octet-stream";

  private final ScoringService scoring;
  private final BodyReader bodies;
  private final BodyParsing parsing;
  private final ModelRegistry registry;

  public OpenInferenceProtocol(
      ScoringService scoring, BodyReader bodies, BodyParsing parsing, ModelRegistry registry) {
    this.scoring = scoring;
    this.bodies = bodies;
    this.parsing = parsing;
    this.registry = registry;
  }

  public void mount(Router router) {
    get(router, "/v2", OpenInferenceProtocol::server);
    for (String model : List.of("/v2/models/:model", "/v2/models/:model/versions/:version")) {
      get(router, model, this::metadata);
      get(router, model + "/ready", this::modelReady);
      Requests.scoring(router.route(model + "/infer"), "openinference");
      route(router, model + "/infer")
          .handler(Methods.POST)
          .handler(this::check)
          .handler(bodies)
          .handler(this::infer);
    }
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    route(router, path).handler(Methods.GET).handler(handler);
  }

  private static Route route(Router router, String path) {
    return router.route(path).failureHandler(JsonErrors::message);
  }

  private static void server(RoutingContext ctx) {
    String version = OpenInferenceProtocol.class.getPackage().getImplementationVersion();
    ctx.json(
        new JsonObject()
            .put("name", "lynxeye")
            .put("version", version == null ? "development" : version)
            .put("extensions", JsonArray.of("binary_tensor_data", "classification")));
  }

  private void modelReady(RoutingContext ctx) {
    boolean isReady = registry.find(ctx.pathParam("model"), version(ctx)).isPresent();
    ctx.response().setStatusCode(isReady ? 200 : 503).end();
  }

  private void metadata(RoutingContext ctx) {
    ModelDescription model = scoring.models().describe(model(ctx), version(ctx));
    ctx.json(InferJson.metadata(ModelMetadata.of(model, registry.all())));
  }

  private void check(RoutingContext ctx) {
    Answers.check(ctx, scoring, model(ctx), version(ctx));
  }

  private void infer(RoutingContext ctx) {
    String length = ctx.request().getHeader(JSON_LENGTH);
    OptionalInt jsonLength =
        length == null
            ? OptionalInt.empty()
            : OptionalInt.of((int) Parameters.number(JSON_LENGTH, length, 0, Integer.MAX_VALUE));
    ModelSignature signature = scoring.models().describe(model(ctx), version(ctx)).signature();
    parsing.parse(
        ctx,
        body -> {
          InferRequest request = InferRequest.parse(body, jsonLength);
          return new Parsed(request.inputs(signature), request.timeout(), request.reply());
        },
        parsed -> score(ctx, parsed));
  }

  /** The parts of a body that are kept until it is scored. */
  private record Parsed(List<ModelInput> inputs, Optional<Duration> timeout, InferReply reply) {}

  private void score(RoutingContext ctx, Parsed body) throws InvalidInputException {
    ScoreRequest request =
        new ScoreRequest(
            model(ctx),
            version(ctx),
            body.inputs,
            OptionalInt.empty(),
            shorter(Answers.timeLeft(ctx), body.timeout));
    InferReply reply = body.reply;
    Answers.scoreAll(ctx, scoring, request, results -> answer(ctx, reply, results));
  }

  private static Optional<Duration> shorter(Optional<Duration> one, Optional<Duration> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Duration::compareTo);
  }

  private static Buffer answer(RoutingContext ctx, InferReply reply, List<ScoreResult> results)
      throws InvalidInputException {
    InferJson.Answer answer =
        InferJson.answer(
            reply, results.get(0).model().id(), new TensorOutputs(results).tensors(reply.wanted()));
    if (answer.jsonLength() >= 0) {
      ctx.response()
          .putHeader("Content-Type", BINARY)
          .putHeader(JSON_LENGTH, Integer.toString(answer.jsonLength()));
    }
    return answer.body();
  }

  private static Optional<String> model(RoutingContext ctx) {
    return Optional.of(ctx.pathParam("model"));
  }

  private static VersionChoice version(RoutingContext ctx) {
    return Answers.version(ctx.pathParam("version"));
  }
}
