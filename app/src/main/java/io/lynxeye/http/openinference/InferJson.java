package io.lynxeye.http.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import io.lynxeye.http.json.ScoreJson;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.tensors.BinaryTensor;
import io.lynxeye.serving.tensors.Datatype;
import io.lynxeye.serving.tensors.ModelMetadata;
import io.lynxeye.serving.tensors.OutputTensor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Open Inference Protocol's response bodies. */
final class InferJson {

  private InferJson() {}

  /**
   * A response body.
   *
   * @param jsonLength the length of the JSON at its start; -1 = all of it
   */
  record Answer(Buffer body, int jsonLength) {}

  static Answer answer(InferReply reply, ModelId model, List<OutputTensor> outputs) {
    Map<Integer, byte[]> binary = new LinkedHashMap<>(); // By the output's position, in order.
    for (int i = 0; i < outputs.size(); i++) {
      if (reply.isBinary(i)) {
        binary.put(i, BinaryTensor.of(outputs.get(i)));
      }
    }
    Buffer body =
        ScoreJson.write(
            256 + outputs.stream().mapToInt(output -> 4 * output.data().length).sum(),
            json -> {
              json.writeStartObject();
              if (reply.id().isPresent()) {
                json.writeStringField("id", reply.id().get());
              }
              json.writeStringField("model_name", model.name());
              json.writeStringField("model_version", model.version().toString());
              json.writeArrayFieldStart("outputs");
              for (int i = 0; i < outputs.size(); i++) {
                output(json, outputs.get(i), Optional.ofNullable(binary.get(i)));
              }
              json.writeEndArray();
              json.writeEndObject();
            });
    int jsonLength = body.length();
    binary.values().forEach(body::appendBytes);
    return new Answer(body, binary.isEmpty() ? -1 : jsonLength);
  }

  private static void output(JsonGenerator json, OutputTensor output, Optional<byte[]> binary)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", output.name());
    json.writeStringField("datatype", output.datatype().name());
    json.writeArrayFieldStart("shape");
    for (long size : output.shape()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    if (binary.isPresent()) {
      json.writeObjectFieldStart("parameters");
      json.writeNumberField("binary_data_size", binary.get().length);
      json.writeEndObject();
    } else {
      json.writeArrayFieldStart("data");
      data(json, output);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void data(JsonGenerator json, OutputTensor output) throws IOException {
    if (output.datatype() != Datatype.BYTES) {
      json.writeRawValue(output.numbers());
      return;
    }
    for (byte[] element : output.strings()) {
      json.writeString(text(element));
    }
  }

  /** Returns text unchanged, and other bytes in base64. */
  private static String text(byte[] element) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(element)).toString();
    } catch (CharacterCodingException e) {
      return Base64.getEncoder().encodeToString(element);
    }
  }

  static JsonObject metadata(ModelMetadata model) {
    return new JsonObject()
        .put("name", model.name())
        .put("versions", new JsonArray(model.versions()))
        .put("platform", model.platform())
        .put("inputs", tensors(model.inputs()))
        .put("outputs", tensors(model.outputs()));
  }

  private static JsonArray tensors(List<ModelMetadata.Tensor> tensors) {
    JsonArray array = new JsonArray();
    for (ModelMetadata.Tensor tensor : tensors) {
      array.add(
          new JsonObject()
              .put("name", tensor.name())
              .put("datatype", tensor.datatype().name())
              .put("shape", new JsonArray(tensor.shape())));
    }
    return array;
  }
}
