package io.lynxeye.http;

import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.ErrorHandler;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.serving.model.ModelStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * {@code GET /v1/models}, as in version 1 of KServe's protocol, whose other addresses are
 * TensorFlow Serving's: the names of all models, whether they are ready or not.
 */
final class ModelNames {

  private final Supplier<? extends Collection<ModelStatus>> statuses;

  /**
   * @param statuses all model versions; called on event loops
   */
  ModelNames(Supplier<? extends Collection<ModelStatus>> statuses) {
    this.statuses = statuses;
  }

  void mount(Router router) {
    router
        .route("/v1/models")
        .handler(Methods.GET)
        .handler(this::send)
        .failureHandler(ErrorHandler::error);
  }

  private void send(RoutingContext ctx) {
    JsonArray names = new JsonArray();
    statuses.get().stream()
        .map(status -> status.id().name())
        .distinct()
        .sorted()
        .forEach(names::add);
    Answer.json(ctx, new JsonObject().put("models", names));
  }
}
