package io.lynxeye.http.djl;

import io.lynxeye.serving.lifecycle.ServedModel;
import io.lynxeye.serving.management.VersionView;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.NavigableMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Models in DJL Serving's JSON, extended by further fields. */
final class DjlModels {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern DEVICE = Pattern.compile("([a-z]+)(?::([0-9]+))?.*");

  private DjlModels() {}

  /** A page of the list. It counts model names; all versions of a model are on one page. */
  static JsonObject page(NavigableMap<String, List<VersionView>> models, int first, int limit) {
    JsonArray rows = new JsonArray();
    models.values().stream()
        .skip(first)
        .limit(limit)
        .flatMap(List::stream)
        .forEach(view -> rows.add(row(view)));
    JsonObject page = new JsonObject();
    long next = (long) first + limit;
    if (next < models.size()) {
      page.put("nextPageToken", Long.toString(next));
    }
    return page.put("models", rows);
  }

  private static JsonObject row(VersionView view) {
    JsonObject row = new JsonObject().put("modelName", view.name());
    view.version().ifPresent(version -> row.put("version", version.toString()));
    row.put("modelUrl", url(view)).put("status", view.status());
    view.summary().forEach(row::put);
    return row;
  }

  /** One version, wrapped in a workflow of one model, as in DJL Serving. */
  static JsonObject workflow(VersionView view) {
    JsonObject workflow = new JsonObject().put("workflowName", view.name());
    view.version().ifPresent(version -> workflow.put("version", version.toString()));
    return workflow.put("models", new JsonArray().add(model(view)));
  }

  private static JsonObject model(VersionView view) {
    JsonObject model =
        new JsonObject()
            .put("modelName", view.name())
            .put("modelUrl", url(view))
            .put("status", view.state().isLoaded() ? "Healthy" : view.status())
            .put("loadedAtStartup", view.source().isPresent())
            .put("maxIdleSeconds", 0);
    view.properties().forEach((name, value) -> model.put(name, json(value)));
    JsonArray groups = new JsonArray();
    view.served()
        .ifPresent(served -> groups.add(group(served, view.since().orElse(Instant.EPOCH))));
    return model.put("workerGroups", groups);
  }

  private static Object json(Object value) {
    return value instanceof List<?> list ? new JsonArray(list) : value;
  }

  private static JsonObject group(ServedModel served, Instant since) {
    JsonArray workers = new JsonArray();
    for (int id = 1; id <= served.workers(); id++) {
      workers.add(
          new JsonObject()
              .put("id", id)
              .put("startTime", TIME.format(since))
              .put("status", "READY"));
    }
    return new JsonObject()
        .put("device", device(served.description().device()))
        .put("minWorkers", served.workers())
        .put("maxWorkers", served.workers())
        .put("workers", workers);
  }

  /** Parses {@code cpu} or {@code gpu:0 (NVIDIA H200)}. */
  private static JsonObject device(String text) {
    Matcher device = DEVICE.matcher(text);
    String type = device.matches() ? device.group(1) : text;
    boolean isNumbered = device.matches() && device.group(2) != null;
    return new JsonObject()
        .put("deviceType", type)
        .put("deviceId", isNumbered ? Integer.parseInt(device.group(2)) : -1);
  }

  private static String url(VersionView view) {
    return view.source().map(source -> source.folder().toUri().toString()).orElse(view.place());
  }
}
