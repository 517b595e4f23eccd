package io.lynxeye.http.openinference;

import com.fasterxml.jackson.core.JsonParser;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.repository.Unsupported;
import io.lynxeye.serving.tensors.RequestedOutput;
import java.io.IOException;
import java.util.Optional;

/** An output that an {@code infer} request asks for: {@code {"name", "parameters"}}. */
final class InferOutput {

  private String name = "";
  private int classes;
  private Optional<Boolean> binary = Optional.empty();

  static InferOutput read(JsonParser json) throws IOException, InvalidInputException {
    InferOutput output = new InferOutput();
    JsonBody.object(json, output::field);
    return output;
  }

  private void field(String field, JsonParser json) throws IOException, InvalidInputException {
    switch (field) {
      case "name" -> name = JsonBody.text(field, json);
      case "parameters" -> JsonBody.object("parameters", json, this::parameter);
      default -> json.skipChildren();
    }
  }

  private void parameter(String parameter, JsonParser json)
      throws IOException, InvalidInputException {
    switch (parameter) {
      case "classification" ->
          classes = (int) Math.min(Integer.MAX_VALUE, JsonBody.number(parameter, json));
      case Unsupported.MEMORY_REGION ->
          throw new InvalidInputException(Unsupported.SHARED_MEMORY.message());
      case "binary_data" -> binary = Optional.of(JsonBody.flag(parameter, json));
      default -> json.skipChildren();
    }
  }

  RequestedOutput wanted() {
    return new RequestedOutput(name, classes);
  }

  /** Whether it is to be sent in binary. */
  boolean isBinary(boolean byDefault) {
    return binary.orElse(byDefault);
  }
}
