package io.lynxeye.http.page;

import io.lynxeye.config.ServerConfig;
import io.lynxeye.http.exchange.Answer;
import io.lynxeye.http.exchange.Methods;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.lifecycle.ModelRegistry;
import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.observation.SecondStats;
import io.lynxeye.serving.rollout.RolloutStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code GET /stats}: the data behind the web page. All model versions by name and number, the
 * trials of new versions, and the statistics of the last two minutes.
 */
public final class Stats {

  private final ServerConfig config;
  private final ModelRegistry registry;
  private final Supplier<ServerView> view;

  public Stats(ServerConfig config, ModelRegistry registry, Supplier<ServerView> view) {
    this.config = config;
    this.registry = registry;
    this.view = view;
  }

  public void mount(Router router) {
    router.route("/stats").handler(Methods.GET).handler(this::answer);
  }

  private void answer(RoutingContext ctx) {
    ServerView now = view.get();
    JsonArray models = new JsonArray();
    now.statuses().stream()
        .sorted(Comparator.comparing(ModelStatus::id))
        .forEach(status -> models.add(model(status, now)));
    JsonObject stats =
        new JsonObject()
            .put("ready", now.ready())
            .put("maxBodyBytes", config.maxBodyBytes())
            .put("models", models)
            .put("rollouts", rollouts(now.rollouts()))
            .put("live", live(now.seconds()));
    Answer.json(ctx, stats);
  }

  /** Those with something to show. Labels and figures, but no reason that can reveal internals. */
  private static JsonArray rollouts(List<RolloutStatus> all) {
    JsonArray rollouts = new JsonArray();
    all.stream()
        .filter(RolloutStatus::isShown)
        .sorted(Comparator.comparing(RolloutStatus::model))
        .forEach(one -> rollouts.add(new JsonObject(one.factsForCallers())));
    return rollouts;
  }

  /** One column per figure with one number per second, null where there is no data. */
  private static JsonObject live(List<SecondStats> seconds) {
    return new JsonObject()
        .put("pictures", column(seconds, SecondStats::images))
        .put("rejected", column(seconds, SecondStats::rejected))
        .put("failed", column(seconds, SecondStats::failed))
        .put("queued", column(seconds, SecondStats::queued))
        .put("batchSize", column(seconds, s -> s.meanBatch() == 0 ? null : s.meanBatch()))
        .put("latencyP50Millis", column(seconds, s -> millis(s, s.p50())))
        .put("latencyP95Millis", column(seconds, s -> millis(s, s.p95())));
  }

  private static Double millis(SecondStats second, Duration latency) {
    return second.succeeded() == 0 ? null : latency.toNanos() / 1e6;
  }

  private static JsonArray column(List<SecondStats> seconds, Function<SecondStats, Number> figure) {
    JsonArray column = new JsonArray();
    seconds.forEach(second -> column.add(figure.apply(second)));
    return column;
  }

  private JsonObject model(ModelStatus status, ServerView now) {
    ModelId id = status.id();
    JsonObject model =
        new JsonObject()
            .put("name", id.name())
            .put("version", id.version().toString())
            .put("default", id.name().equals(config.defaultModel()))
            .put("aliases", new JsonArray(registry.labels(id)))
            .put("state", status.state().name())
            .put("since", status.since().toString());
    status.failureForCallers().ifPresent(reason -> model.put("reason", reason));
    now.drifts().stream()
        .filter(drift -> drift.id().equals(id))
        .forEach(
            drift -> model.put("drift", drift.text()).put("driftAlarm", drift.alarm().isPresent()));
    registry
        .find(id.name(), new VersionChoice.Exactly(id.version().value()))
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
