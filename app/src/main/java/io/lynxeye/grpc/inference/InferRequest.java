package io.lynxeye.grpc.inference;

import io.lynxeye.grpc.scoring.Scorable;
import io.lynxeye.protocols.inference.InferParameter;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferRequest.InferInputTensor;
import io.lynxeye.protocols.inference.ModelInferResponse;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelInput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.VersionChoice;
import io.lynxeye.serving.repository.Unsupported;
import io.lynxeye.serving.tensors.BinaryTensor;
import io.lynxeye.serving.tensors.Excerpt;
import io.lynxeye.serving.tensors.RequestedOutput;
import io.lynxeye.serving.tensors.TensorInputs;
import io.lynxeye.serving.tensors.TensorOutputs;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The content of a {@link ModelInferRequest}. */
record InferRequest(ModelInferRequest message) implements Scorable<ModelInferResponse> {

  private static final String CLASSIFICATION = "classification";
  private static final String TIMEOUT = "timeout";

  static InferRequest parse(byte[] message) throws InvalidInputException {
    return new InferRequest(InferMessage.parse(message));
  }

  @Override
  public Optional<String> model() {
    return model(message.getModelName());
  }

  static Optional<String> model(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  @Override
  public VersionChoice version() throws InvalidInputException {
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
  @Override
  public Optional<Duration> timeout() throws InvalidInputException {
    long micros = number(TIMEOUT, message.getParametersMap());
    return micros == 0 ? Optional.empty() : Optional.of(Duration.of(micros, ChronoUnit.MICROS));
  }

  /** The requested outputs, in their order; empty = all. */
  private List<RequestedOutput> wanted() throws InvalidInputException {
    List<RequestedOutput> wanted = new ArrayList<>();
    for (var output : message.getOutputsList()) {
      refuseSharedMemory(output.getParametersMap());
      long count = number(CLASSIFICATION, output.getParametersMap());
      wanted.add(new RequestedOutput(output.getName(), (int) Math.min(Integer.MAX_VALUE, count)));
    }
    return wanted;
  }

  private static void refuseSharedMemory(Map<String, InferParameter> parameters)
      throws InvalidInputException {
    if (parameters.containsKey(Unsupported.MEMORY_REGION)) {
      throw new InvalidInputException(Unsupported.SHARED_MEMORY.message());
    }
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

  @Override
  public Prepared<ModelInferResponse> prepare(ModelDescription model, LongConsumer memory)
      throws InvalidInputException {
    InferAnswer answer = new InferAnswer(message.getId(), wanted());
    return new Prepared<>(inputs(model.signature()), answer::of);
  }

  /**
   * The inputs to score, one per image.
   *
   * @throws InvalidInputException when the model does not take them, or has no such output
   */
  private List<ModelInput> inputs(ModelSignature signature) throws InvalidInputException {
    TensorOutputs.check(signature, wanted());
    int raw = message.getRawInputContentsCount();
    if (raw > 0 && raw != message.getInputsCount()) {
      throw new InvalidInputException(
          "the request has %d raw_input_contents, and %d inputs; send one for each"
              .formatted(raw, message.getInputsCount()));
    }
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < message.getInputsCount(); i++) {
      tensors.add(tensor(message.getInputs(i), raw > 0 ? Optional.of(i) : Optional.empty()));
    }
    return new TensorInputs(signature).inputs(tensors);
  }

  private Tensor tensor(InferInputTensor input, Optional<Integer> raw)
      throws InvalidInputException {
    refuseSharedMemory(input.getParametersMap());
    if (input.getShapeCount() > TensorInputs.MAX_RANK) {
      throw new InvalidInputException(
          "a tensor has more than " + TensorInputs.MAX_RANK + " dimensions");
    }
    Datatype type = TensorInputs.datatype(input.getName(), input.getDatatype());
    List<Long> shape = List.copyOf(input.getShapeList());
    if (raw.isEmpty()) {
      return InferContents.tensor(input, type, shape);
    }
    if (input.hasContents()) {
      throw new InvalidInputException(
          "input '%s' has contents, and the request raw_input_contents; send one of them"
              .formatted(Excerpt.of(input.getName())));
    }
    return BinaryTensor.read(
        input.getName(),
        type,
        shape,
        message.getRawInputContents(raw.get()).asReadOnlyByteBuffer());
  }
}
