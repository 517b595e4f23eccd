package io.lynxeye.http.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.TensorInputs;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The body of an {@code infer} request: a JSON object, followed by the values of its input if these
 * are not in the object (the binary tensor data extension).
 */
public final class InferRequest {

  private static final int MAX_OUTPUTS = 256;

  private static final int MAX_INPUTS = 256;

  private final ModelSignature signature;
  private final List<InferInput> inputs = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<InferOutput> outputs = new ArrayList<>();
  private Optional<String> id = Optional.empty();
  private Optional<Duration> timeout = Optional.empty();
  private boolean binaryOutput;

  private InferRequest(ModelSignature signature) {
    this.signature = signature;
  }

  /**
   * Parses a body.
   *
   * @param jsonLength the length of the JSON; empty = all of the body, 0 = the body is one image
   * @param signature the model's
   * @throws InvalidInputException when it cannot be read
   */
  public static InferRequest parse(byte[] body, OptionalInt jsonLength, ModelSignature signature)
      throws InvalidInputException {
    InferRequest request = new InferRequest(signature);
    if (jsonLength.equals(OptionalInt.of(0))) {
      request.tensors.add(InferInput.image(body));
      return request;
    }
    int length = jsonLength.orElse(body.length);
    if (length > body.length) {
      throw new InvalidInputException(
          "Inference-Header-Content-Length is %d, but the body has only %d bytes"
              .formatted(length, body.length));
    }
    JsonBody.read(body, length, request::field);
    if (request.inputs.isEmpty()) {
      throw new InvalidInputException(
          "the request has no inputs; send %s".formatted(TensorSpec.describe(signature.inputs())));
    }
    request.readTensors(ByteBuffer.wrap(body, length, body.length - length).slice());
    return request;
  }

  /** Gives each input its part of the bytes that follow the JSON. */
  private void readTensors(ByteBuffer binary) throws InvalidInputException {
    long expected = inputs.stream().mapToLong(InferInput::binarySize).sum();
    if (expected != binary.remaining()) {
      throw new InvalidInputException(
          "%d bytes follow the JSON, but the binary_data_size of all inputs is %d; Inference-Header-Content-Length must be the length of the JSON"
              .formatted(binary.remaining(), expected));
    }
    int at = 0;
    for (InferInput input : inputs) {
      tensors.add(input.tensor(binary.slice(at, input.binarySize())));
      at += input.binarySize();
    }
  }

  private void field(String name, JsonParser json) throws IOException, InvalidInputException {
    switch (name) {
      case "id" -> id = Optional.of(JsonBody.text(name, json));
      case "parameters" -> JsonBody.object("parameters", json, this::parameter);
      case "inputs" -> each(name, json, () -> input(json));
      case "outputs" -> each(name, json, () -> output(json));
      default -> json.skipChildren();
    }
  }

  /** Reads an element of an array. */
  private interface Element {
    void read() throws IOException, InvalidInputException;
  }

  private static void each(String name, JsonParser json, Element element)
      throws IOException, InvalidInputException {
    JsonBody.require(json.currentToken() == JsonToken.START_ARRAY, name, "an array of objects");
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonBody.require(json.currentToken() == JsonToken.START_OBJECT, name, "an array of objects");
      element.read();
    }
  }

  private void output(JsonParser json) throws IOException, InvalidInputException {
    if (outputs.size() == MAX_OUTPUTS) {
      throw new InvalidInputException(
          "the request asks for more than " + MAX_OUTPUTS + " outputs; ask for fewer");
    }
    outputs.add(InferOutput.read(json));
  }

  private void input(JsonParser json) throws IOException, InvalidInputException {
    if (inputs.size() == MAX_INPUTS) {
      throw new InvalidInputException(
          "the request has more than " + MAX_INPUTS + " inputs; send fewer");
    }
    InferInput input = new InferInput(signature);
    JsonBody.object(json, input::field);
    inputs.add(input);
  }

  /** Reads a parameter. The timeout is in microseconds; 0 = none. */
  private void parameter(String name, JsonParser json) throws IOException, InvalidInputException {
    switch (name) {
      case "binary_data_output" -> binaryOutput = JsonBody.flag(name, json);
      case "timeout" -> {
        long micros = JsonBody.number(name, json);
        timeout =
            Optional.of(Duration.of(micros, ChronoUnit.MICROS)).filter(time -> !time.isZero());
      }
      default -> json.skipChildren();
    }
  }

  Optional<Duration> timeout() {
    return timeout;
  }

  /**
   * The inputs to score.
   *
   * @throws InvalidInputException when the model does not have such an input or output
   */
  public List<ModelInput> inputs() throws InvalidInputException {
    TensorOutputs.check(signature, reply().wanted());
    return new TensorInputs(signature).inputs(tensors);
  }

  public InferReply reply() {
    return new InferReply(id, outputs, binaryOutput);
  }
}
