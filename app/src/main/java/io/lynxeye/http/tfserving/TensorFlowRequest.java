package io.lynxeye.http.tfserving;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.http.json.JsonTensor;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.Signatures;
import io.lynxeye.serving.tensors.TensorInputs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The body of a {@code :predict} request: {@code {"instances": [...]}}, a row per image, or {@code
 * {"inputs": ...}}, all images of an input in one tensor. A row or the inputs may name the inputs.
 */
public final class TensorFlowRequest {

  /** A small body may hold millions of names. */
  private static final int MAX_INPUTS = 256;

  private final ModelDescription model;
  private final ModelSignature signature;
  private final Map<String, JsonTensor> tensors = new LinkedHashMap<>();
  private String form = "";

  private TensorFlowRequest(ModelDescription model, ModelSignature signature) {
    this.model = model;
    this.signature = signature;
  }

  /**
   * Parses a body.
   *
   * @throws InvalidInputException when it is no request, or the model has no such signature
   */
  public static TensorFlowRequest parse(byte[] body, ModelDescription model)
      throws InvalidInputException {
    TensorFlowRequest request =
        new TensorFlowRequest(
            model, model.others().isEmpty() ? model.signature() : signature(body, model));
    JsonBody.read(body, body.length, request::field);
    if (request.form.isEmpty()) {
      throw new InvalidInputException(
          "the body has neither 'instances' nor 'inputs'; send {\"instances\": [{\"b64\": \"...\"}]}");
    }
    return request;
  }

  /** The signature comes first, because it says of which types the numbers are. */
  static ModelSignature signature(byte[] body, ModelDescription model)
      throws InvalidInputException {
    String[] name = {""};
    JsonBody.read(
        body,
        body.length,
        (field, json) -> {
          if (field.equals("signature_name")) {
            name[0] = JsonBody.text(field, json);
          } else {
            json.skipChildren();
          }
        });
    return Signatures.find(model, name[0]);
  }

  private void field(String name, JsonParser json) throws IOException, InvalidInputException {
    switch (name) {
      case "signature_name" -> Signatures.find(model, JsonBody.text(name, json));
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
      int named = valueOrNamed(json, 1);
      rows++;
      if (named != tensors.size()) {
        throw new InvalidInputException("the rows must name the same inputs");
      }
    }
    for (JsonTensor tensor : tensors.values()) {
      tensor.endArray(0, rows);
    }
  }

  /**
   * Reads a value, or an object with values by the names of inputs.
   *
   * @return the number of values
   */
  private int valueOrNamed(JsonParser json, int depth) throws IOException, InvalidInputException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      tensor("").read(json, depth);
      return 1;
    }
    int values = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (values == 0 && name.equals("b64") && signature.input("b64").isEmpty()) {
        tensor("").readB64(json, depth);
        return 1;
      }
      json.nextToken();
      tensor(name).read(json, depth);
      values++;
    }
    return values;
  }

  /** The tensor of an input; the only one may be unnamed, and so in some rows alone. */
  private JsonTensor tensor(String name) throws InvalidInputException {
    if (signature.inputs().size() == 1 && tensors.size() == 1 && !tensors.containsKey(name)) {
      JsonTensor only = tensors.remove("");
      if (only != null) {
        tensors.put(name, only);
      } else if (name.isEmpty()) {
        return tensors.values().iterator().next();
      }
    }
    if (tensors.size() == MAX_INPUTS && !tensors.containsKey(name)) {
      throw new InvalidInputException(
          "the request has more than " + MAX_INPUTS + " inputs; send fewer");
    }
    Datatype type =
        signature.inputs().stream()
            .filter(input -> input.name().equals(name))
            .findFirst()
            .or(() -> signature.inputs().stream().findFirst())
            .flatMap(TensorSpec::datatype)
            .orElse(Datatype.FP32);
    return tensors.computeIfAbsent(name, n -> new JsonTensor(JsonTensor.Strings.TEXT, type));
  }

  /** Whether the response is in columns, as the request was. */
  boolean isByColumns() {
    return form.equals("inputs");
  }

  /**
   * The inputs to score.
   *
   * @throws InvalidInputException when the model does not take them
   */
  public List<ModelInput> inputs() throws InvalidInputException {
    List<Tensor> sent = new ArrayList<>();
    tensors.forEach((name, tensor) -> sent.add(tensor.tensor(name)));
    return new TensorInputs(signature).inputs(sent);
  }
}
