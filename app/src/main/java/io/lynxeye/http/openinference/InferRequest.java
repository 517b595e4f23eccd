package io.lynxeye.http.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The body of an {@code infer} request: a JSON object, followed by the values of its input if these
 * are not in the object (the binary tensor data extension).
 */
public final class InferRequest {

  private static final int MAX_OUTPUTS = 256;

  private final InferInput input = new InferInput();
  private final List<InferOutput> outputs = new ArrayList<>();
  private int inputs;
  private Optional<String> id = Optional.empty();
  private Optional<Duration> timeout = Optional.empty();
  private boolean binaryOutput;

  private InferRequest() {}

  /**
   * Parses a body.
   *
   * @param jsonLength the length of the JSON; empty = all of the body, 0 = the body is one image
   * @throws InvalidInputException when it cannot be read
   */
  public static InferRequest parse(byte[] body, OptionalInt jsonLength)
      throws InvalidInputException {
    InferRequest request = new InferRequest();
    if (jsonLength.equals(OptionalInt.of(0))) {
      request.input.image(body);
      return request;
    }
    int length = jsonLength.orElse(body.length);
    if (length > body.length) {
      throw new InvalidInputException(
          "Inference-Header-Content-Length is %d, but the body has only %d bytes"
              .formatted(length, body.length));
    }
    JsonBody.read(body, length, request::field);
    if (request.inputs != 1) {
      throw new InvalidInputException(
          "the request has %d inputs; models here have one".formatted(request.inputs));
    }
    request.input.binary(Arrays.copyOfRange(body, length, body.length));
    return request;
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
    inputs++;
    if (inputs == 1) {
      JsonBody.object(json, input::field);
    } else {
      json.skipChildren();
    }
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
  public List<ModelInput> inputs(ModelSignature signature) throws InvalidInputException {
    TensorOutputs.check(signature, reply().wanted());
    return input.inputs(signature);
  }

  public InferReply reply() {
    return new InferReply(id, outputs, binaryOutput);
  }
}
