package io.lynxeye.http.triton;

import io.lynxeye.serving.observation.ModelTotals;
import io.lynxeye.serving.observation.ModelTotals.Stages;
import io.lynxeye.serving.repository.ModelConfiguration;
import io.lynxeye.serving.repository.ModelRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Triton's response bodies, with the field names of its messages. */
final class TritonJson {

  private TritonJson() {}

  static JsonObject of(ModelConfiguration model) {
    JsonObject json =
        new JsonObject()
            .put("name", model.name())
            .put("platform", model.platform())
            .put("backend", model.backend())
            .put(
                "version_policy",
                new JsonObject()
                    .put(
                        "specific",
                        new JsonObject().put("versions", new JsonArray(model.versions()))))
            .put("max_batch_size", model.maxBatchSize())
            .put("input", new JsonArray())
            .put("output", new JsonArray());
    for (ModelConfiguration.Tensor input : model.inputs()) {
      json.getJsonArray("input").add(tensor(input).put("format", input.format()));
    }
    for (ModelConfiguration.Tensor output : model.outputs()) {
      json.getJsonArray("output").add(tensor(output));
    }
    JsonArray gpus = new JsonArray();
    model.gpu().ifPresent(gpus::add);
    json.put(
        "instance_group",
        JsonArray.of(
            new JsonObject()
                .put("name", model.name())
                .put("kind", model.gpu().isPresent() ? "KIND_GPU" : "KIND_CPU")
                .put("count", model.instances())
                .put("gpus", gpus)));
    if (model.maxBatchSize() > 0) {
      json.put(
          "dynamic_batching",
          new JsonObject()
              .put(
                  "max_queue_delay_microseconds",
                  TimeUnit.NANOSECONDS.toMicros(model.maxDelay().toNanos())));
    }
    return json;
  }

  private static JsonObject tensor(ModelConfiguration.Tensor tensor) {
    JsonObject json =
        new JsonObject()
            .put("name", tensor.name())
            .put("data_type", tensor.type())
            .put("dims", new JsonArray(tensor.dims()));
    return tensor.isReshaped()
        ? json.put("reshape", new JsonObject().put("shape", new JsonArray()))
        : json;
  }

  static JsonObject of(List<ModelRepository.Statistics> models) {
    JsonArray rows = new JsonArray();
    models.forEach(model -> rows.add(row(model)));
    return new JsonObject().put("model_stats", rows);
  }

  private static JsonObject row(ModelRepository.Statistics model) {
    ModelTotals totals = model.totals();
    JsonArray batches = new JsonArray();
    totals
        .batches()
        .forEach(
            (size, sum) ->
                batches.add(
                    compute(
                        new JsonObject().put("batch_size", size), sum.wholeCalls(), sum.stages())));
    long succeeded = totals.succeeded().count();
    JsonObject times =
        new JsonObject()
            .put("success", duration(succeeded, totals.succeeded().time()))
            .put("fail", duration(totals.failed().count(), totals.failed().time()))
            .put("queue", duration(succeeded, totals.stages().queue()));
    return new JsonObject()
        .put("name", model.id().name())
        .put("version", String.valueOf(model.id().version()))
        .put("last_inference", totals.last().map(Instant::toEpochMilli).orElse(0L))
        .put("inference_count", totals.images())
        .put("execution_count", totals.calls())
        .put("inference_stats", compute(times, succeeded, totals.stages()))
        .put("batch_stats", batches);
  }

  private static JsonObject compute(JsonObject json, long count, Stages stages) {
    return json.put("compute_input", duration(count, stages.decode()))
        .put("compute_infer", duration(count, stages.engine()))
        .put("compute_output", duration(count, stages.response()));
  }

  private static JsonObject duration(long count, Duration sum) {
    return new JsonObject().put("count", count).put("ns", sum.toNanos());
  }
}
