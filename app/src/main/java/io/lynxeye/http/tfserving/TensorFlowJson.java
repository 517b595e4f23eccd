package io.lynxeye.http.tfserving;

import io.lynxeye.http.json.JsonPieces;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelStatus;
import io.lynxeye.serving.scoring.ScoreResult;
import io.lynxeye.serving.scoring.TensorJson;
import io.lynxeye.serving.tensors.ExampleMethod;
import io.lynxeye.serving.tensors.ExampleOutputs;
import io.lynxeye.serving.tensors.TensorOutputs;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** TensorFlow Serving's response bodies. */
public final class TensorFlowJson {

  private TensorFlowJson() {}

  /**
   * {@code {"predictions": [row, ...]}}: a row is the only output, or all outputs by name.
   *
   * @throws InvalidInputException when the outputs have no rows, or cannot be written as JSON
   */
  static Iterator<Buffer> rows(List<ScoreResult> results, long maxJson)
      throws InvalidInputException {
    if (results.get(0).output() instanceof ModelOutput.Content) {
      return JsonPieces.of(
          JsonPieces.text("{\"predictions\":["), contents(results), JsonPieces.text("]}"));
    }
    List<Tensor> outputs = new TensorOutputs(results).all();
    TensorJson.check(outputs, maxJson);
    int rows = requireRows(outputs);
    return JsonPieces.of(
        JsonPieces.text("{\"predictions\":"),
        outputs.size() == 1 ? nested(outputs.get(0)) : objects(outputs, rows),
        JsonPieces.text("}"));
  }

  private static int requireRows(List<Tensor> outputs) throws InvalidInputException {
    Tensor first = outputs.get(0);
    for (Tensor output : outputs) {
      if (output.shape().isEmpty() || output.rows() != first.rows()) {
        throw new InvalidInputException(
            "output '%s' has shape %s, so the outputs have no rows in common; send columns: {\"inputs\": ...}"
                .formatted(output.name(), output.shape()));
      }
    }
    return first.rows();
  }

  private static Iterator<String> nested(Tensor tensor) {
    return TensorJson.nested(tensor, TensorJson.Bytes.B64_OBJECTS);
  }

  /** {@code [{"a":...,"b":...},...]}. */
  private static Iterator<String> objects(List<Tensor> outputs, int rows) {
    int perRow = outputs.size() * 2;
    return TensorJson.joined(
        Stream.concat(
                IntStream.range(0, rows * perRow)
                    .mapToObj(i -> part(outputs, i / perRow, i % perRow)),
                Stream.of(JsonPieces.text(rows == 0 ? "[]" : "}]")))
            .iterator());
  }

  /** The name of an output, or its value in a row. */
  private static Iterator<String> part(List<Tensor> outputs, int row, int part) {
    Tensor output = outputs.get(part / 2);
    if (part % 2 == 1) {
      return TensorJson.row(output.rows(row, 1), TensorJson.Bytes.B64_OBJECTS);
    }
    String before = part > 0 ? "," : row > 0 ? "},{" : "[{";
    return JsonPieces.text(before + TensorJson.quoted(output.name()) + ":");
  }

  /**
   * {@code {"outputs": ...}}: all rows of the only output, or of each output by name.
   *
   * @throws InvalidInputException when the outputs cannot be written as JSON
   */
  static Iterator<Buffer> columns(List<ScoreResult> results, long maxJson)
      throws InvalidInputException {
    if (results.get(0).output() instanceof ModelOutput.Content) {
      return JsonPieces.of(
          JsonPieces.text("{\"outputs\":["), contents(results), JsonPieces.text("]}"));
    }
    List<Tensor> outputs = new TensorOutputs(results).all();
    TensorJson.check(outputs, maxJson);
    if (outputs.size() == 1) {
      return JsonPieces.of(
          JsonPieces.text("{\"outputs\":"), nested(outputs.get(0)), JsonPieces.text("}"));
    }
    List<Iterator<String>> parts = new ArrayList<>();
    for (Tensor output : outputs) {
      String before = parts.isEmpty() ? "{\"outputs\":{" : ",";
      parts.add(JsonPieces.text(before + TensorJson.quoted(output.name()) + ":"));
      parts.add(nested(output));
    }
    parts.add(JsonPieces.text("}}"));
    return new JsonPieces(parts.iterator());
  }

  /**
   * {@code {"results": [...]}}: per example a value, or its classes as {@code [label, score]}.
   *
   * @throws InvalidInputException when the outputs are not of this form, or cannot be written as
   *     JSON
   */
  static Iterator<Buffer> results(
      ExampleMethod method, List<ScoreResult> results, int examples, long maxJson)
      throws InvalidInputException {
    ExampleOutputs outputs = new ExampleOutputs(new TensorOutputs(results).all(), examples);
    if (method == ExampleMethod.REGRESS) {
      Tensor values = outputs.ofRegressions();
      TensorJson.check(List.of(values), maxJson);
      return JsonPieces.of(
          JsonPieces.text("{\"results\":["),
          TensorJson.flat(values, TensorJson.Bytes.B64_OBJECTS),
          JsonPieces.text("]}"));
    }
    TensorJson.check(outputs.ofClasses(), maxJson);
    List<List<ExampleOutputs.ScoredClass>> rows = outputs.classifications();
    return JsonPieces.of(
        JsonPieces.text("{\"results\":["),
        IntStream.range(0, rows.size())
            .mapToObj(i -> (i == 0 ? "" : ",") + classes(rows.get(i)))
            .iterator(),
        JsonPieces.text("]}"));
  }

  private static String classes(List<ExampleOutputs.ScoredClass> row) {
    return row.stream()
        .map(found -> "[" + TensorJson.quoted(found.label()) + "," + found.score() + "]")
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** What custom translators returned: text as a string, anything else in base64. */
  private static Iterator<String> contents(List<ScoreResult> results) {
    return JsonPieces.text(
        results.stream()
            .map(result -> content((ModelOutput.Content) result.output()))
            .collect(Collectors.joining(",")));
  }

  private static String content(ModelOutput.Content content) {
    String type = content.contentType();
    return type.startsWith("text/") || type.startsWith("application/json")
        ? TensorJson.quoted(new String(content.body(), StandardCharsets.UTF_8))
        : "{\"b64\":\"" + Base64.getEncoder().encodeToString(content.body()) + "\"}";
  }

  static JsonObject status(Collection<ModelStatus> versions) {
    JsonArray rows = new JsonArray();
    for (ModelStatus version : versions) {
      rows.add(
          new JsonObject()
              .put("version", version.id().version().toString())
              .put("state", version.state().published().name())
              .put(
                  "status",
                  new JsonObject()
                      .put("error_code", version.failure().isPresent() ? "UNKNOWN" : "OK")
                      .put("error_message", version.failureForCallers().orElse(""))));
    }
    return new JsonObject().put("model_version_status", rows);
  }

  static JsonObject metadata(ModelDescription model) {
    JsonObject signatures = new JsonObject();
    for (ModelSignature signature : model.signatures()) {
      signatures.put(
          signature.name(),
          new JsonObject()
              .put("inputs", tensors(signature.inputs()))
              .put("outputs", tensors(signature.outputs()))
              .put("method_name", signature.method()));
    }
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
                .put("signature_def", new JsonObject().put("signature_def", signatures)));
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
              .put("dtype", spec.datatype().map(Datatype::tensorFlowName).orElse("DT_INVALID"))
              .put(
                  "tensor_shape",
                  new JsonObject().put("dim", sizes).put("unknown_rank", spec.shape().isEmpty()))
              .put("name", spec.name()));
    }
    return json;
  }
}
