package io.lynxeye.http.tfserving;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.http.json.JsonTensor;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.Excerpt;
import io.lynxeye.serving.tensors.TensorInputs;
import java.io.IOException;
import java.util.List;

/**
 * The body of a {@code :predict} request: {@code {"instances": [...]}}, a row per image, or {@code
 * {"inputs": ...}}, all images of an input in one tensor. A row or the inputs may name the input.
 */
public final class TensorFlowRequest {

  private final JsonTensor tensor = new JsonTensor(JsonTensor.Files.B64_OBJECTS);
  private String signatureName = "";
  private String form = "";
  private String input = "";

  private TensorFlowRequest() {}

  public static TensorFlowRequest parse(byte[] body) throws InvalidInputException {
    TensorFlowRequest request = new TensorFlowRequest();
    JsonBody.read(body, body.length, request::field);
    if (request.form.isEmpty()) {
      throw new InvalidInputException(
          "the body has neither 'instances' nor 'inputs'; send {\"instances\": [{\"b64\": \"...\"}]}");
    }
    return request;
  }

  private void field(String name, JsonParser json) throws IOException, InvalidInputException {
    switch (name) {
      case "signature_name" -> signatureName = JsonBody.text(name, json);
      case "instances" -> {
        begin(name);
        rows(json);
      }
      case "inputs" -> {
        begin(name);
        valueOrNamed(json, 0);
      }
      default -> json.skipChildren();
    }
  }

  private void begin(String name) throws InvalidInputException {
    if (!form.isEmpty()) {
      throw new InvalidInputException("send either 'instances' or 'inputs', and only once");
    }
    form = name;
  }

  private void rows(JsonParser json) throws IOException, InvalidInputException {
    JsonBody.require(json.currentToken() == JsonToken.START_ARRAY, "instances", "an array");
    int rows = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      valueOrNamed(json, 1);
      rows++;
    }
    tensor.endArray(0, rows);
  }

  /** Reads a value, or an object with the value by the name of its input. */
  private void valueOrNamed(JsonParser json, int depth) throws IOException, InvalidInputException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      tensor.read(json, depth);
      return;
    }
    requireOneInput(json.nextToken() == JsonToken.FIELD_NAME);
    String name = json.currentName();
    if (name.equals("b64")) {
      tensor.readB64(json, depth);
      return;
    }
    requireOneInput(input.isEmpty() || input.equals(name));
    input = name;
    json.nextToken();
    tensor.read(json, depth);
    requireOneInput(json.nextToken() == JsonToken.END_OBJECT);
  }

  private static void requireOneInput(boolean isOne) throws InvalidInputException {
    if (!isOne) {
      throw new InvalidInputException("the model has one input; name only that");
    }
  }

  /** Whether the response is in columns, as the request was. */
  boolean isByColumns() {
    return form.equals("inputs");
  }

  /**
   * The inputs to score, one per image.
   *
   * @throws InvalidInputException when the model does not take them
   */
  public List<ModelInput> inputs(ModelSignature signature) throws InvalidInputException {
    if (!signatureName.isEmpty() && !signatureName.equals(signature.name())) {
      throw new InvalidInputException(
          "signature '%s' is not served, only '%s'"
              .formatted(Excerpt.of(signatureName), signature.name()));
    }
    TensorInputs inputs = new TensorInputs(signature);
    String name = input.isEmpty() ? signature.input().name() : input;
    return tensor.isOfFiles()
        ? inputs.images(name, tensor.shape(), tensor.files())
        : inputs.values(name, tensor.shape(), tensor.values());
  }
}
