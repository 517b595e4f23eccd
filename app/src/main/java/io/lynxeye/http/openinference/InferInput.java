package io.lynxeye.http.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.http.json.JsonTensor;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.BinaryTensor;
import io.lynxeye.serving.tensors.Datatype;
import io.lynxeye.serving.tensors.Excerpt;
import io.lynxeye.serving.tensors.TensorInputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The input of an {@code infer} request: {@code {"name", "shape", "datatype", "parameters",
 * "data"}}.
 */
final class InferInput implements TensorInputs.Elements {

  private static final long NOT_BINARY = -1;

  private final List<Long> shape = new ArrayList<>();
  private final JsonTensor data = new JsonTensor(JsonTensor.Files.BASE64_STRINGS);
  private boolean hasData;
  private String name = "";
  private String datatype = "";
  private long binarySize = NOT_BINARY;
  private byte[] binary = {};

  /** Reads a field. */
  void field(String field, JsonParser json) throws IOException, InvalidInputException {
    switch (field) {
      case "name" -> name = JsonBody.text(field, json);
      case "datatype" -> datatype = JsonBody.text(field, json);
      case "shape" -> shape(json);
      case "parameters" -> JsonBody.object("parameters", json, this::parameter);
      case "data" -> {
        JsonBody.require(json.currentToken() == JsonToken.START_ARRAY, field, "an array");
        hasData = true;
        data.read(json, 0);
      }
      default -> json.skipChildren();
    }
  }

  private void shape(JsonParser json) throws IOException, InvalidInputException {
    JsonBody.require(json.currentToken() == JsonToken.START_ARRAY, "shape", "an array of numbers");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (shape.size() == TensorInputs.MAX_RANK) {
        throw new InvalidInputException(
            "a tensor has more than " + TensorInputs.MAX_RANK + " dimensions");
      }
      shape.add(JsonBody.number("shape", json));
    }
  }

  private void parameter(String parameter, JsonParser json)
      throws IOException, InvalidInputException {
    if (parameter.equals("binary_data_size")) {
      binarySize = JsonBody.number(parameter, json);
    } else {
      json.skipChildren();
    }
  }

  /** Sets the input to one image. */
  void image(byte[] file) {
    name = TensorInputs.IMAGES;
    datatype = Datatype.BYTES.name();
    shape.add(1L);
    hasData = true;
    data.add(file);
  }

  /**
   * Takes the bytes that follow the request's JSON.
   *
   * @throws InvalidInputException when their number is not {@code binary_data_size}
   */
  void binary(byte[] bytes) throws InvalidInputException {
    if (bytes.length != Math.max(0, binarySize)) {
      throw new InvalidInputException(
          "%d bytes follow the JSON, but binary_data_size of input '%s' is %d; Inference-Header-Content-Length must be the length of the JSON"
              .formatted(bytes.length, Excerpt.of(name), Math.max(0, binarySize)));
    }
    if (hasData == (binarySize != NOT_BINARY)) {
      throw new InvalidInputException(
          "input '%s' must have either data or binary_data_size".formatted(Excerpt.of(name)));
    }
    binary = bytes;
  }

  /**
   * The inputs to score, one per image.
   *
   * @throws InvalidInputException when the model does not take them
   */
  List<ModelInput> inputs(ModelSignature signature) throws InvalidInputException {
    return new TensorInputs(signature).inputs(name, datatype, shape, this);
  }

  @Override
  public List<byte[]> files() throws InvalidInputException {
    if (!hasData) {
      return BinaryTensor.strings(ByteBuffer.wrap(binary));
    }
    JsonBody.require(data.values().length == 0, "data", "base64 strings where datatype is BYTES");
    return data.files();
  }

  @Override
  public float[] values() throws InvalidInputException {
    if (!hasData) {
      return BinaryTensor.floats(ByteBuffer.wrap(binary));
    }
    JsonBody.require(!data.isOfFiles(), "data", "numbers where datatype is FP32");
    return data.values();
  }
}
