package io.lynxeye.http.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lynxeye.http.json.JsonBody;
import io.lynxeye.http.json.JsonTensor;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.repository.Unsupported;
import io.lynxeye.serving.tensors.BinaryTensor;
import io.lynxeye.serving.tensors.Excerpt;
import io.lynxeye.serving.tensors.TensorInputs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An input of an {@code infer} request: {@code {"name", "shape", "datatype", "parameters",
 * "data"}}.
 */
final class InferInput {

  private static final long NOT_BINARY = -1;

  private final ModelSignature signature;
  private final List<Long> shape = new ArrayList<>();
  private Optional<JsonTensor> data = Optional.empty();
  private String name = "";
  private String datatype = "";
  private long binarySize = NOT_BINARY;

  /**
   * @param signature the model's, for the type of numbers before their datatype is known
   */
  InferInput(ModelSignature signature) {
    this.signature = signature;
  }

  /** Reads a field. */
  void field(String field, JsonParser json) throws IOException, InvalidInputException {
    switch (field) {
      case "name" -> name = JsonBody.text(field, json);
      case "datatype" -> datatype = JsonBody.text(field, json);
      case "shape" -> shape(json);
      case "parameters" -> JsonBody.object("parameters", json, this::parameter);
      case "data" -> {
        JsonBody.require(json.currentToken() == JsonToken.START_ARRAY, field, "an array");
        data = Optional.of(new JsonTensor(strings(), expected()));
        data.get().read(json, 0);
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
    switch (parameter) {
      case "binary_data_size" -> binarySize = JsonBody.number(parameter, json);
      case Unsupported.MEMORY_REGION ->
          throw new InvalidInputException(Unsupported.SHARED_MEMORY.message());
      default -> json.skipChildren();
    }
  }

  /** Strings are image files in base64 for a model that takes images, and text for any other. */
  private JsonTensor.Strings strings() {
    return signature.takes().images() ? JsonTensor.Strings.BASE64 : JsonTensor.Strings.TEXT;
  }

  /** The type of the numbers: as declared, else as the model takes them. */
  private Datatype expected() {
    return Datatype.named(datatype)
        .or(() -> signature.input(name).flatMap(TensorSpec::datatype))
        .or(() -> signature.inputs().stream().findFirst().flatMap(TensorSpec::datatype))
        .orElse(Datatype.FP32);
  }

  /** An input that is one image. */
  static Tensor image(byte[] file) {
    return Tensor.ofStrings(TensorInputs.IMAGES, List.of(1L), List.of(file));
  }

  /** The bytes of the body that follow the JSON and belong to this input. */
  int binarySize() {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, binarySize));
  }

  /**
   * The tensor.
   *
   * @param bytes the bytes after the request's JSON that belong to it
   * @throws InvalidInputException when the input has no values, or not those of its datatype
   */
  Tensor tensor(ByteBuffer bytes) throws InvalidInputException {
    if (data.isPresent() == (binarySize != NOT_BINARY)) {
      throw new InvalidInputException(
          "input '%s' must have either data or binary_data_size".formatted(Excerpt.of(name)));
    }
    Datatype type = TensorInputs.datatype(name, datatype);
    if (data.isEmpty()) {
      return BinaryTensor.read(name, type, List.copyOf(shape), bytes);
    }
    Tensor read = data.get().tensor(name, List.copyOf(shape));
    if (type == Datatype.BYTES) {
      boolean isEmpty = read.type() != Datatype.BYTES && !read.data().hasRemaining();
      JsonBody.require(
          read.type() == Datatype.BYTES || isEmpty, "data", "strings where datatype is BYTES");
      return isEmpty ? Tensor.ofStrings(name, List.copyOf(shape), List.of()) : read;
    }
    JsonBody.require(read.type() != Datatype.BYTES, "data", "numbers where datatype is " + type);
    JsonBody.require(read.type() == type, "data", "after name and datatype");
    return read;
  }
}
