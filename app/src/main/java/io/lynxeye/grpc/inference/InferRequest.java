package io.lynxeye.grpc.inference;

import com.google.protobuf.ByteString;
import io.lynxeye.protocols.inference.InferParameter;
import io.lynxeye.protocols.inference.InferTensorContents;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferRequest.InferInputTensor;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.tensors.BinaryTensor;
import io.lynxeye.serving.tensors.Datatype;
import io.lynxeye.serving.tensors.Excerpt;
import io.lynxeye.serving.tensors.RequestedOutput;
import io.lynxeye.serving.tensors.TensorInputs;
import io.lynxeye.serving.tensors.TensorInputs.Elements;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The content of a {@link ModelInferRequest}. */
record InferRequest(ModelInferRequest message) implements Elements {

  private static final String CLASSIFICATION = "classification";
  private static final String TIMEOUT = "timeout";

  /** The model; empty = the default model. */
  Optional<String> model() {
    return model(message.getModelName());
  }

  static Optional<String> model(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  VersionChoice version() throws InvalidInputException {
    return version(message.getModelVersion());
  }

  /**
   * Parses a version.
   *
   * @param text a number or a label; empty = the newest
   */
  static VersionChoice version(String text) throws InvalidInputException {
    try {
      return text.isEmpty() ? VersionChoice.newest() : VersionChoice.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("model_version '" + Excerpt.of(text) + "' " + e.getMessage());
    }
  }

  /** Triton's parameter, in microseconds. */
  Optional<Duration> timeout() throws InvalidInputException {
    long micros = number(TIMEOUT, message.getParametersMap());
    return micros == 0 ? Optional.empty() : Optional.of(Duration.of(micros, ChronoUnit.MICROS));
  }

  /** The requested outputs, in their order; empty = all. */
  List<RequestedOutput> wanted() throws InvalidInputException {
    List<RequestedOutput> wanted = new ArrayList<>();
    for (var output : message.getOutputsList()) {
      long count = number(CLASSIFICATION, output.getParametersMap());
      wanted.add(new RequestedOutput(output.getName(), (int) Math.min(Integer.MAX_VALUE, count)));
    }
    return wanted;
  }

  /** As over HTTP, 0 is the same as no parameter. */
  private static long number(String name, Map<String, InferParameter> parameters)
      throws InvalidInputException {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return 0;
    }
    long value =
        switch (parameter.getParameterChoiceCase()) {
          case INT64_PARAM -> parameter.getInt64Param();
          case UINT64_PARAM -> parameter.getUint64Param();
          default -> -1;
        };
    if (value < 0) {
      throw new InvalidInputException(
          "parameter '" + name + "' is not a positive integer in int64_param");
    }
    return value;
  }

  /**
   * The inputs to score, one per image.
   *
   * @throws InvalidInputException when the model does not take them, or has no such output
   */
  List<ModelInput> inputs(ModelSignature signature) throws InvalidInputException {
    TensorOutputs.check(signature, wanted());
    if (message.getInputsCount() != 1) {
      throw new InvalidInputException(
          "the request has %d inputs; models here have one".formatted(message.getInputsCount()));
    }
    return new TensorInputs(signature)
        .inputs(input().getName(), input().getDatatype(), input().getShapeList(), this);
  }

  private InferInputTensor input() {
    return message.getInputs(0);
  }

  @Override
  public List<byte[]> files() throws InvalidInputException {
    Optional<ByteString> raw = raw();
    return raw.isPresent()
        ? BinaryTensor.strings(raw.get().asReadOnlyByteBuffer())
        : contents().getBytesContentsList().stream().map(ByteString::toByteArray).toList();
  }

  @Override
  public float[] values() throws InvalidInputException {
    Optional<ByteString> raw = raw();
    if (raw.isPresent()) {
      return BinaryTensor.floats(raw.get().asReadOnlyByteBuffer());
    }
    InferTensorContents contents = contents();
    float[] values = new float[contents.getFp32ContentsCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = contents.getFp32Contents(i);
    }
    return BinaryTensor.finite(values);
  }

  /** The elements, which must be in the field for their datatype and in no other. */
  private InferTensorContents contents() throws InvalidInputException {
    InferTensorContents contents = input().getContents();
    boolean isOfBytes = input().getDatatype().equals(Datatype.BYTES.name());
    int count = isOfBytes ? contents.getBytesContentsCount() : contents.getFp32ContentsCount();
    boolean hasOthers =
        contents.getAllFields().size() > 1 || !contents.getUnknownFields().asMap().isEmpty();
    if (count == 0 || hasOthers) {
      throw new InvalidInputException(
          "input '%s' of datatype %s must have its elements in contents.%s, or in raw_input_contents"
              .formatted(
                  Excerpt.of(input().getName()),
                  input().getDatatype(),
                  isOfBytes ? "bytes_contents" : "fp32_contents"));
    }
    return contents;
  }

  /** The elements, if they are in {@code raw_input_contents}. */
  private Optional<ByteString> raw() throws InvalidInputException {
    int raw = message.getRawInputContentsCount();
    if (raw > 0 && input().hasContents()) {
      throw new InvalidInputException(
          "input '%s' has contents, and the request raw_input_contents; send one of them"
              .formatted(Excerpt.of(input().getName())));
    }
    if (raw > 1) {
      throw new InvalidInputException(
          "the request has %d raw_input_contents for 1 input; send one for each".formatted(raw));
    }
    return raw == 0 ? Optional.empty() : Optional.of(message.getRawInputContents(0));
  }
}
