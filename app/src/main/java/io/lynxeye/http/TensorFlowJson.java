package io.lynxeye.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.lifecycle.TensorSpec;
import io.lynxeye.model.ModelStatus;
import io.lynxeye.scoring.ScoreResult;
import io.lynxeye.scoring.TensorJson;
import io.lynxeye.tensors.Datatype;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/** TensorFlow Serving's answers. */
final class TensorFlowJson {

  /** To callers: why a version failed may tell of the machine, which is for its operators. */
  static final String FAILED = "it could not be loaded; the server's log tells why";

  private static final int NUMBER_BYTES = 14;

  private TensorFlowJson() {}

  /** {@code {"predictions": [row, ...]}}: a row's only output, or an object of all by name. */
  static Buffer rows(List<ScoreResult> results) {
    return ScoreJson.write(
        sizeHint(results),
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("predictions");
          for (ScoreResult result : results) {
            row(json, result.output());
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** {@code {"outputs": ...}}: all rows of the only output, or an object of these by name. */
  static Buffer columns(List<ScoreResult> results) {
    return ScoreJson.write(
        sizeHint(results),
        json -> {
          json.writeStartObject();
          json.writeFieldName("outputs");
          int outputs = outputs(results.get(0).output());
          if (outputs > 1) {
            json.writeStartObject();
          }
          for (int i = 0; i < outputs; i++) {
            if (outputs > 1) {
              json.writeFieldName(tensor(results.get(0).output(), i).spec().name());
            }
            column(json, results, i);
          }
          if (outputs > 1) {
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }

  private static int sizeHint(List<ScoreResult> results) {
    return results.get(0).output() instanceof ModelOutput.Scores scores
        ? NUMBER_BYTES * (1 + scores.values().length) * results.size()
        : 256 * results.size();
  }

  private static int outputs(ModelOutput output) {
    return output instanceof ModelOutput.Tensors tensors ? tensors.all().size() : 1;
  }

  private static ModelOutput.Tensor tensor(ModelOutput output, int number) {
    return ((ModelOutput.Tensors) output).all().get(number);
  }

  private static void column(JsonGenerator json, List<ScoreResult> results, int number)
      throws IOException {
    json.writeStartArray();
    for (ScoreResult result : results) {
      value(json, result.output(), number);
    }
    json.writeEndArray();
  }

  private static void row(JsonGenerator json, ModelOutput output) throws IOException {
    int outputs = outputs(output);
    if (outputs == 1) {
      value(json, output, 0);
      return;
    }
    json.writeStartObject();
    for (int i = 0; i < outputs; i++) {
      json.writeFieldName(tensor(output, i).spec().name());
      value(json, output, i);
    }
    json.writeEndObject();
  }

  private static void value(JsonGenerator json, ModelOutput output, int number) throws IOException {
    if (output instanceof ModelOutput.Scores scores) {
      json.writeStartArray();
      for (float score : scores.values()) {
        json.writeNumber(score);
      }
      json.writeEndArray();
    } else if (output instanceof ModelOutput.Content content) {
      made(json, content);
    } else {
      json.writeRawValue(TensorJson.row(tensor(output, number)));
    }
  }

  /** What a translator made: text as a string, anything else in base64. */
  private static void made(JsonGenerator json, ModelOutput.Content content) throws IOException {
    String type = content.contentType();
    if (type.startsWith("text/") || type.startsWith("application/json")) {
      json.writeString(new String(content.body(), StandardCharsets.UTF_8));
    } else {
      json.writeStartObject();
      json.writeStringField("b64", Base64.getEncoder().encodeToString(content.body()));
      json.writeEndObject();
    }
  }

  static JsonObject status(Collection<ModelStatus> versions) {
    JsonArray rows = new JsonArray();
    for (ModelStatus version : versions) {
      boolean failed = version.failure().isPresent();
      rows.add(
          new JsonObject()
              .put("version", Integer.toString(version.id().version()))
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
                .put("version", Integer.toString(model.id().version())))
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
