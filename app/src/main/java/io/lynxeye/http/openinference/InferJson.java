package io.lynxeye.http.openinference;

import io.lynxeye.http.json.JsonPieces;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.scoring.TensorJson;
import io.lynxeye.serving.tensors.BinaryTensor;
import io.lynxeye.serving.tensors.ModelMetadata;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The Open Inference Protocol's response bodies. */
final class InferJson {

  private InferJson() {}

  /**
   * A response body.
   *
   * @param jsonLength the length of the JSON at its start; -1 = all of it
   */
  record Answer(Iterator<Buffer> body, int jsonLength) {}

  /**
   * @param maxJson most elements that may be written as JSON
   * @throws InvalidInputException when there are more
   */
  static Answer answer(InferReply reply, ModelId model, List<Tensor> outputs, long maxJson)
      throws InvalidInputException {
    List<Tensor> texts = new ArrayList<>();
    List<ByteBuffer> binary = new ArrayList<>();
    List<Iterator<String>> parts = new ArrayList<>();
    parts.add(JsonPieces.text(beginning(reply, model)));
    for (int i = 0; i < outputs.size(); i++) {
      Tensor output = outputs.get(i);
      String before = i == 0 ? "" : ",";
      if (reply.isBinary(i)) {
        ByteBuffer bytes = BinaryTensor.of(output);
        binary.add(bytes);
        parts.add(
            JsonPieces.text(
                before
                    + head(output)
                    + ",\"parameters\":{\"binary_data_size\":"
                    + bytes.remaining()
                    + "}}"));
      } else {
        texts.add(output);
        parts.add(JsonPieces.text(before + head(output) + ",\"data\":["));
        parts.add(TensorJson.flat(output, TensorJson.Bytes.BASE64_STRINGS));
        parts.add(JsonPieces.text("]}"));
      }
    }
    parts.add(JsonPieces.text("]}"));
    TensorJson.check(texts, maxJson);
    JsonPieces json = new JsonPieces(parts.iterator());
    return binary.isEmpty() ? new Answer(json, -1) : withBinary(json, binary);
  }

  private static Answer withBinary(JsonPieces json, List<ByteBuffer> binary) {
    Buffer body = Buffer.buffer();
    json.forEachRemaining(body::appendBuffer);
    int length = body.length();
    for (ByteBuffer bytes : binary) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      body.appendBytes(copy);
    }
    return new Answer(List.of(body).iterator(), length);
  }

  private static String beginning(InferReply reply, ModelId model) {
    return "{"
        + reply.id().map(id -> "\"id\":" + TensorJson.quoted(id) + ",").orElse("")
        + "\"model_name\":"
        + TensorJson.quoted(model.name())
        + ",\"model_version\":\""
        + model.version()
        + "\",\"outputs\":[";
  }

  private static String head(Tensor output) {
    return "{\"name\":"
        + TensorJson.quoted(output.name())
        + ",\"datatype\":\""
        + output.type()
        + "\",\"shape\":"
        + output.shape().toString().replace(" ", "");
  }

  static JsonObject metadata(ModelMetadata model) {
    return new JsonObject()
        .put("name", model.name())
        .put("versions", new JsonArray(model.versions()))
        .put("platform", model.platform())
        .put("inputs", tensors(model.inputs()))
        .put("outputs", tensors(model.outputs()))
        .put("parameters", new JsonObject().put("takes", model.takes()));
  }

  private static JsonArray tensors(List<ModelMetadata.Tensor> tensors) {
    JsonArray array = new JsonArray();
    for (ModelMetadata.Tensor tensor : tensors) {
      array.add(
          new JsonObject()
              .put("name", tensor.name())
              .put("datatype", tensor.datatype())
              .put("shape", new JsonArray(tensor.shape())));
    }
    return array;
  }
}
