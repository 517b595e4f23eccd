package io.lynxeye.http.tfserving;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.ExampleMethod;
import io.lynxeye.serving.tensors.TensorInputs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a {@code :classify} or {@code :regress} request: {@code {"examples": [{"age": 33,
 * "job": "nurse"}, ...], "context": {...}}}. The context's features belong to every example.
 */
public final class ExamplesRequest {

  private final List<byte[]> examples = new ArrayList<>();
  private byte[] context = new byte[0];
  private String signature = "";
  private boolean hasExamples;
  private int features;

  private ExamplesRequest() {}

  /**
   * Parses a body.
   *
   * @throws InvalidInputException when it is no request
   */
  public static ExamplesRequest parse(byte[] body) throws InvalidInputException {
    ExamplesRequest request = new ExamplesRequest();
    JsonBody.read(body, body.length, request::field);
    if (!request.hasExamples) {
      throw new InvalidInputException(
          "the body has no 'examples'; send {\"examples\": [{\"feature\": value, ...}, ...]}");
    }
    return request;
  }

  private void field(String name, JsonParser json) throws IOException, InvalidInputException {
    switch (name) {
      case "signature_name" -> signature = JsonBody.text(name, json);
      case "context" -> context = example(name, json);
      case "examples" -> {
        JsonBody.require(json.currentToken() == JsonToken.START_ARRAY, name, "an array");
        JsonBody.require(!hasExamples, name, "in the body only once");
        hasExamples = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (examples.size() == TensorInputs.MAX_IMAGES) {
            throw new InvalidInputException(
                "a request has at most %,d examples; send them in several requests"
                    .formatted(TensorInputs.MAX_IMAGES));
          }
          examples.add(example("an element of examples", json));
        }
      }
      default -> json.skipChildren();
    }
  }

  private byte[] example(String name, JsonParser json) throws IOException, InvalidInputException {
    ExampleJson example = new ExampleJson();
    JsonBody.object(
        name,
        json,
        (feature, value) -> {
          if (++features > TensorInputs.MAX_STRINGS) {
            throw new InvalidInputException(
                "a request has at most %,d features; send them in several requests"
                    .formatted(TensorInputs.MAX_STRINGS));
          }
          example.add(feature, value);
        });
    return example.serialized();
  }

  /** The number of examples. */
  int count() {
    return examples.size();
  }

  /**
   * The inputs to score.
   *
   * @throws InvalidInputException when the model, or the signature that is named, does not take
   *     them
   */
  List<ModelInput> inputs(ExampleMethod method, ModelDescription model)
      throws InvalidInputException {
    return ExampleMethod.inputs(method.signature(model, signature), context, examples);
  }
}
