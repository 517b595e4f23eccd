package io.lynxeye.http;

import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelRegistry;
import io.lynxeye.lifecycle.ServedModel;
import io.lynxeye.model.ModelId;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.model.VersionChoice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code GET /stats}: what the page shows of the server. Every version there is, by name and
 * number, and how the last two minutes went.
 */
final class Stats {

  private final String defaultModel;
  private final ModelRegistry registry;
  private final Supplier<? extends Collection<ModelStatus>> statuses;
  private final BooleanSupplier ready;

  /**
   * @param statuses every version there is; asked on event loops
   */
  Stats(
      String defaultModel,
      ModelRegistry registry,
      Supplier<? extends Collection<ModelStatus>> statuses,
      BooleanSupplier ready) {
    this.defaultModel = defaultModel;
    this.registry = registry;
    this.statuses = statuses;
    this.ready = ready;
  }

  void mount(Router router) {
    router.route("/stats").handler(Methods.GET).handler(this::answer);
  }

  private void answer(RoutingContext ctx) {
    JsonArray models = new JsonArray();
    statuses.get().stream()
        .sorted(Comparator.comparing(ModelStatus::id))
        .forEach(status -> models.add(model(status)));
    JsonObject stats = new JsonObject().put("ready", ready.getAsBoolean()).put("models", models);
    ctx.response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(stats.encode());
  }

  private JsonObject model(ModelStatus status) {
    ModelId id = status.id();
    JsonObject model =
        new JsonObject()
            .put("name", id.name())
            .put("version", id.version())
            .put("default", id.name().equals(defaultModel))
            .put("aliases", new JsonArray(registry.labels(id)))
            .put("state", status.state().name())
            .put("since", status.since().toString());
    status.failure().ifPresent(reason -> model.put("reason", reason));
    registry
        .find(id.name(), new VersionChoice.Exactly(id.version()))
        .ifPresent(served -> put(served, model));
    return model;
  }

  private static void put(ServedModel served, JsonObject model) {
    ModelDescription description = served.description();
    model
        .put("engine", description.engine())
        .put("device", description.device())
        .put("precision", description.precision())
        .put("labels", description.labels().size())
        .put("batchSize", served.policy().maxBatchSize())
        .put("workers", served.workers())
        .put("queued", served.queued());
  }
}
