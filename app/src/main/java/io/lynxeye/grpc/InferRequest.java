package io.lynxeye.grpc;

import com.google.protobuf.ByteString;
import io.lynxeye.lifecycle.ModelInput;
import io.lynxeye.lifecycle.ModelSignature;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.model.VersionChoice;
import io.lynxeye.protocols.inference.InferParameter;
import io.lynxeye.protocols.inference.ModelInferRequest;
import io.lynxeye.protocols.inference.ModelInferRequest.InferInputTensor;
import io.lynxeye.tensors.TensorOutputs;
import io.lynxeye.tensors.WantedOutput;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a {@link ModelInferRequest} asks for. */
record InferRequest(ModelInferRequest message) {

  private static final String CLASSIFICATION = "classification";
  private static final String TIMEOUT = "timeout";

  /** Its model; none = the default model. */
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
   * The version that a text means.
   *
   * @param text a number or a label; empty = the newest
   */
  static VersionChoice version(String text) throws InvalidInputException {
    try {
      return text.isEmpty() ? VersionChoice.newest() : VersionChoice.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("model_version '" + printable(text) + "' " + e.getMessage());
    }
  }

  static String printable(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  /** Triton's parameter, in microseconds. */
  Optional<Duration> timeout() throws InvalidInputException {
    long micros = number(TIMEOUT, message.getParametersMap());
    return micros == 0 ? Optional.empty() : Optional.of(Duration.of(micros, ChronoUnit.MICROS));
  }

  /** The outputs asked for, in their order; none = all. */
  List<WantedOutput> wanted() throws InvalidInputException {
    List<WantedOutput> wanted = new ArrayList<>();
    for (var output : message.getOutputsList()) {
      long count = number(CLASSIFICATION, output.getParametersMap());
      wanted.add(new WantedOutput(output.getName(), (int) Math.min(Integer.MAX_VALUE, count)));
    }
    return wanted;
  }

  /** As over HTTP, 0 means that nothing is said. */
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
   * What is to be scored.
   *
   * @throws InvalidInputException when the model does not take this, or does not tell what is asked
   */
  List<ModelInput> inputs(ModelSignature signature) throws InvalidInputException {
    TensorOutputs.check(signature, wanted());
    if (message.getInputsCount() != 1) {
      throw new InvalidInputException(
          "the request has %d inputs; models here have one".formatted(message.getInputsCount()));
    }
    return new InferInput(message.getInputs(0), raw()).inputs(signature);
  }

  /** The input's values where they are beside it. */
  private Optional<ByteString> raw() throws InvalidInputException {
    InferInputTensor input = message.getInputs(0);
    int raw = message.getRawInputContentsCount();
    if (raw > 0 && input.hasContents()) {
      throw new InvalidInputException(
          "input '%s' has contents, and the request raw_input_contents; send one of them"
              .formatted(printable(input.getName())));
    }
    if (raw > 1) {
      throw new InvalidInputException(
          "the request has %d raw_input_contents for 1 input; send one for each".formatted(raw));
    }
    return raw == 0 ? Optional.empty() : Optional.of(message.getRawInputContents(0));
  }
}
