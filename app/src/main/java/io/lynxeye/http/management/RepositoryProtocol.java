package io.lynxeye.http.management;

import io.lynxeye.http.connection.BodyReader;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.ErrorResponse;
import io.lynxeye.http.exchange.Exchange;
import io.lynxeye.http.exchange.HttpException;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.http.exchange.Parameters;
import io.lynxeye.http.triton.RepositoryIndex;
import io.lynxeye.serving.management.ModelAdministration;
import io.lynxeye.serving.repository.ModelIndexRow;
import io.lynxeye.serving.tensors.Excerpt;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * The repository extension of the Open Inference Protocol, as in Triton: index, load, unload. As
 * the specification requires, the status is 400 for a model that is missing or cannot be loaded.
 */
public final class RepositoryProtocol {

  private final ModelAdministration administration;
  private final BodyReader bodies;

  public RepositoryProtocol(ModelAdministration administration, BodyReader bodies) {
    this.administration = administration;
    this.bodies = bodies;
  }

  public void mount(Router router) {
    RepositoryIndex.mount(
        router, bodies, onlyReady -> ModelIndexRow.of(administration.models(), onlyReady));
    mount(router, "models/:model/load", ctx -> act(ctx, "load", Set.of(), administration::load));
    mount(
        router,
        "models/:model/unload",
        ctx -> act(ctx, "unload", Set.of("unload_dependents"), administration::unload));
  }

  private void mount(Router router, String path, Handler<RoutingContext> handler) {
    router
        .route("/v2/repository/" + path)
        .handler(Methods.POST)
        .handler(bodies)
        .handler(handler)
        .failureHandler(ErrorHandler::error);
  }

  private static void act(
      RoutingContext ctx,
      String what,
      Set<String> allowed,
      Function<String, CompletableFuture<Void>> action) {
    checkParameters(Parameters.body(ctx), allowed);
    String model = ctx.pathParam("model");
    CompletableFuture<Void> done =
        action
            .apply(model)
            .exceptionally(
                failure -> {
                  throw refusal("failed to " + what + " '" + model + "', ", failure);
                });
    Exchange.of(ctx).after(done, ok -> Answer.empty(ctx, 200));
  }

  /** Triton's clients can send a model's files as parameters; here they come from the store. */
  private static void checkParameters(JsonObject body, Set<String> allowed) {
    Object parameters = body.getValue("parameters", new JsonObject());
    if (!(parameters instanceof JsonObject given)) {
      throw HttpException.badRequest("Invalid value for 'parameters': expected an object");
    }
    given.fieldNames().stream()
        .filter(name -> !allowed.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw HttpException.badRequest(
                  "parameter '"
                      + Excerpt.of(name)
                      + "' is not supported; put the model and its settings into the store");
            });
  }

  private static RuntimeException refusal(String prefix, Throwable failure) {
    ErrorResponse answer = ErrorResponse.of(failure);
    return switch (answer.status()) {
      case 400 -> HttpException.badRequest(prefix + answer.message());
      case 404 -> HttpException.badRequest(prefix + "the model store has no such model");
      default ->
          failure instanceof CompletionException same ? same : new CompletionException(failure);
    };
  }
}
