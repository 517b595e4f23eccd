package io.lynxeye.engine;

import io.lynxeye.lifecycle.ModelLoadException;
import io.lynxeye.model.ModelManifest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * The one input and the one output of a SavedModel that scoring uses, found by key.
 *
 * @param inputKey the signature's only input
 * @param input its type and shape
 * @param outputKey the output with the scores
 * @param output its type and shape: float, [-1, classes]
 */
record Signature(String inputKey, TensorInfo input, String outputKey, TensorInfo output) {

  private static final String PROBABILITIES = "probabilities";

  /**
   * @throws ModelLoadException when the signature is unknown, has several inputs, or no output can
   *     be told to be the scores
   */
  static Signature choose(Map<String, SignatureDef> signatures, ModelManifest manifest)
      throws ModelLoadException {
    SignatureDef signature = signatures.get(manifest.signature());
    if (signature == null) {
      throw new ModelLoadException(
          "it has no signature '%s'; set option.SignatureDefKey to one of %s"
              .formatted(manifest.signature(), new TreeMap<>(signatures).keySet()));
    }
    Map<String, TensorInfo> inputs = new TreeMap<>(signature.getInputsMap());
    if (inputs.size() != 1) {
      throw new ModelLoadException(
          "only one input is supported; signature '%s' has %d: %s"
              .formatted(manifest.signature(), inputs.size(), describe(inputs)));
    }
    Map.Entry<String, TensorInfo> input = inputs.entrySet().iterator().next();
    String output = outputKey(new TreeMap<>(signature.getOutputsMap()), manifest.output());
    return new Signature(
        input.getKey(), input.getValue(), output, signature.getOutputsOrThrow(output));
  }

  private static String outputKey(Map<String, TensorInfo> outputs, Optional<String> wanted)
      throws ModelLoadException {
    String key =
        wanted.orElseGet(
            () -> outputs.size() == 1 ? outputs.keySet().iterator().next() : PROBABILITIES);
    TensorInfo output = outputs.get(key);
    if (output == null) {
      throw new ModelLoadException(
          "it has no output '%s'; set output to one of: %s".formatted(key, describe(outputs)));
    }
    if (output.getDtype() != DataType.DT_FLOAT
        || (!output.getTensorShape().getUnknownRank() && shape(output).size() != 2)) {
      throw new ModelLoadException(
          "output %s is not float [-1, classes]; set output to one that is, of: %s"
              .formatted(describe(key, output), describe(outputs)));
    }
    return key;
  }

  /** {@code pixels: float [-1, 224, 224, 3]}. */
  String describeInput() {
    return describe(inputKey, input);
  }

  /** {@code probabilities: float [-1, 1000]}. */
  String describeOutput() {
    return describe(outputKey, output);
  }

  static List<Long> shape(TensorInfo tensor) {
    return tensor.getTensorShape().getDimList().stream().map(dim -> dim.getSize()).toList();
  }

  private static String describe(Map<String, TensorInfo> tensors) {
    return tensors.entrySet().stream()
        .map(e -> describe(e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String describe(String key, TensorInfo tensor) {
    String type = tensor.getDtype().name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
    return key + ": " + type + " " + shape(tensor);
  }
}
