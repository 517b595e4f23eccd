package io.lynxeye.http.openinference;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.exchange.Parameters;
import io.lynxeye.http.scoring.ScoredBody;
import io.lynxeye.http.scoring.ScoringHandlers;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.tensors.ModelMetadata;
import io.lynxeye.serving.tensors.TensorOutputs;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * {@code /v2}, the Open Inference Protocol as in KServe and Triton: metadata and infer, with the
 * extensions for binary tensors and for classification. Its health checks need no key, so they are
 * with the server's own.
 */
public final class OpenInferenceProtocol {

  private static final String JSON_LENGTH = "Inference-Header-Content-Length";
  private static final String BINARY = "application/octet-stream";

  private final ScoringHandlers handlers;
  private final ModelRegistry registry;

  public OpenInferenceProtocol(ScoringHandlers handlers, ModelRegistry registry) {
    this.handlers = handlers;
    this.registry = registry;
  }

  public void mount(Router router) {
    get(router, "/v2", OpenInferenceProtocol::server);
    for (String model : List.of("/v2/models/:model", "/v2/models/:model/versions/:version")) {
      get(router, model, this::metadata);
      get(router, model + "/ready", this::modelReady);
      handlers.mount(
          () -> router.route(model + "/infer"),
          "openinference",
          OpenInferenceProtocol::target,
          this::infer,
          ErrorHandler::error);
    }
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).handler(Methods.GET).handler(handler).failureHandler(ErrorHandler::error);
  }

  private static void server(RoutingContext ctx) {
    String version = OpenInferenceProtocol.class.getPackage().getImplementationVersion();
    Answer.json(
        ctx,
        new JsonObject()
            .put("name", "lynxeye")
            .put("version", version == null ? "development" : version)
            .put(
                "extensions",
                JsonArray.of(
                    "binary_tensor_data", "classification", "model_configuration", "statistics")));
  }

  private void modelReady(RoutingContext ctx) {
    String name = ctx.pathParam("model");
    boolean isReady = registry.find(name, target(ctx).version()).isPresent();
    Answer.json(ctx, isReady ? 200 : 503, new JsonObject().put("name", name).put("ready", isReady));
  }

  private void metadata(RoutingContext ctx) {
    ModelDescription model = handlers.describe(target(ctx));
    Answer.json(ctx, InferJson.metadata(ModelMetadata.of(model, registry.all())));
  }

  private void infer(RoutingContext ctx, ScoringHandlers.Target target) {
    String length = ctx.request().getHeader(JSON_LENGTH);
    OptionalInt jsonLength =
        length == null
            ? OptionalInt.empty()
            : OptionalInt.of((int) Parameters.number(JSON_LENGTH, length, 0, Integer.MAX_VALUE));
    handlers.scoreAll(
        ctx,
        target,
        (body, model) -> {
          InferRequest request = InferRequest.parse(body, jsonLength, model.signature());
          InferReply reply = request.reply();
          return new ScoringHandlers.Parsed(
              request.inputs(),
              request.timeout(),
              (results, maxJson) -> body(reply, results, maxJson));
        });
  }

  private static ScoredBody body(InferReply reply, List<ScoreResult> results, long maxJson)
      throws InvalidInputException {
    InferJson.Answer answer =
        InferJson.answer(
            reply,
            results.get(0).model().id(),
            new TensorOutputs(results).tensors(reply.wanted()),
            maxJson);
    return answer.jsonLength() < 0
        ? ScoredBody.json(answer.body())
        : new ScoredBody(
            BINARY, Map.of(JSON_LENGTH, Integer.toString(answer.jsonLength())), answer.body());
  }

  private static ScoringHandlers.Target target(RoutingContext ctx) {
    return ScoringHandlers.Target.of(ctx.pathParam("model"), ctx.pathParam("version"));
  }
}
