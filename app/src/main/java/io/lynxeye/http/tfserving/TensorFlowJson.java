package io.lynxeye.http.tfserving;

import com.fasterxml.jackson.core.JsonGenerator;
import io.lynxeye.http.json.ScoreJson;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.scoring.TensorJson;
import io.lynxeye.serving.tensors.Datatype;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** TensorFlow Serving's response bodies. */
public final class TensorFlowJson {

  /** The message for callers. Only the log has the reason, which can reveal internals. */
  public static final String FAILED = "it could not be loaded; the server's log has the cause";

  private static final int NUMBER_BYTES = 14;

  private TensorFlowJson() {}

  /** {@code {"predictions": [row, ...]}}: a row is the only output, or all outputs by name. */
  static Buffer rows(List<ScoreResult> results) {
    return ScoreJson.write(
        sizeHint(results),
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("predictions");
          for (ScoreResult result : results) {
            outputs(json, result.output(), output -> value(json, result.output(), output));
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** {@code {"outputs": ...}}: all rows of the only output, or of each output by name. */
  static Buffer columns(List<ScoreResult> results) {
    return ScoreJson.write(
        sizeHint(results),
        json -> {
          json.writeStartObject();
          json.writeFieldName("outputs");
          outputs(
              json,
              results.get(0).output(),
              output -> {
                json.writeStartArray();
                for (ScoreResult result : results) {
                  value(json, result.output(), output);
                }
                json.writeEndArray();
              });
          json.writeEndObject();
        });
  }

  private static int sizeHint(List<ScoreResult> results) {
    return results.get(0).output() instanceof ModelOutput.Scores scores
        ? NUMBER_BYTES * (1 + scores.values().length) * results.size()
        : 256 * results.size();
  }

  /** Writes an output, given its position. */
  private interface Output {
    void write(int position) throws IOException;
  }

  /** Writes the only output alone, or an object of several outputs by name. */
  private static void outputs(JsonGenerator json, ModelOutput outputs, Output output)
      throws IOException {
    if (!(outputs instanceof ModelOutput.Tensors tensors) || tensors.all().size() == 1) {
      output.write(0);
      return;
    }
    json.writeStartObject();
    for (int i = 0; i < tensors.all().size(); i++) {
      json.writeFieldName(tensors.all().get(i).spec().name());
      output.write(i);
    }
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, ModelOutput output, int position)
      throws IOException {
    if (output instanceof ModelOutput.Scores scores) {
      ScoreJson.numbers(json, scores.values());
    } else if (output instanceof ModelOutput.Content content) {
      content(json, content);
    } else {
      json.writeRawValue(TensorJson.row(((ModelOutput.Tensors) output).all().get(position)));
    }
  }

  /** Writes what a custom translator returned: text as a string, anything else in base64. */
  private static void content(JsonGenerator json, ModelOutput.Content content) throws IOException {
    String type = content.contentType();
    if (type.startsWith("text/") || type.startsWith("application/json")) {
      json.writeString(new String(content.body(), StandardCharsets.UTF_8));
    } else {
      json.writeStartObject();
      json.writeBinaryField("b64", content.body());
      json.writeEndObject();
    }
  }

  static JsonObject status(Collection<ModelStatus> versions) {
    JsonArray rows = new JsonArray();
    for (ModelStatus version : versions) {
      boolean failed = version.failure().isPresent();
      rows.add(
          new JsonObject()
              .put("version", version.id().version().toString())
              .put("state", version.state().name())
              .put(
                  "status",
                  new JsonObject()
                      .put("error_code", failed ? "UNKNOWN" : "OK")
                      .put("error_message", failed ? FAILED : "")));
    }
    return new JsonObject().put("model_version_status", rows);
  }

  static JsonObject metadata(ModelDescription model) {
    ModelSignature signature = model.signature();
    JsonObject definition =
        new JsonObject()
            .put("inputs", tensors(List.of(signature.input())))
            .put("outputs", tensors(signature.outputs()))
            .put("method_name", "tensorflow/serving/predict");
    return new JsonObject()
        .put(
            "model_spec",
            new JsonObject()
                .put("name", model.id().name())
                .put("signature_name", "")
                .put("version", model.id().version().toString()))
        .put(
            "metadata",
            new JsonObject()
                .put(
                    "signature_def",
                    new JsonObject()
                        .put("signature_def", new JsonObject().put(signature.name(), definition))));
  }

  private static JsonObject tensors(List<TensorSpec> all) {
    JsonObject json = new JsonObject();
    for (TensorSpec spec : all) {
      JsonArray sizes = new JsonArray();
      spec.shape()
          .orElse(List.of())
          .forEach(
              size -> sizes.add(new JsonObject().put("size", Long.toString(size)).put("name", "")));
      json.put(
          spec.name(),
          new JsonObject()
              .put("dtype", Datatype.of(spec.type()).tensorFlowName())
              .put(
                  "tensor_shape",
                  new JsonObject().put("dim", sizes).put("unknown_rank", spec.shape().isEmpty()))
              .put("name", spec.name()));
    }
    return json;
  }
}
