package io.lynxeye.engine;

import io.lynxeye.engine.adapter.TensorSpecs;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * The parts of a SavedModel's signature that scoring uses.
 *
 * @param input the only input
 * @param outputs all outputs, by key
 */
record Signature(TensorSpec input, List<TensorSpec> outputs) {

  /**
   * Finds the signature that the manifest selects.
   *
   * @throws ModelLoadException when there is no signature with that name
   */
  static SignatureDef find(Map<String, SignatureDef> signatures, ModelManifest manifest)
      throws ModelLoadException {
    SignatureDef signature = signatures.get(manifest.signature());
    if (signature == null) {
      throw new ModelLoadException(
          "it has no signature '%s'; set option.SignatureDefKey to one of %s"
              .formatted(manifest.signature(), new TreeMap<>(signatures).keySet()));
    }
    return signature;
  }

  /**
   * @throws ModelLoadException when the signature is unknown or has several inputs
   */
  static Signature choose(Map<String, SignatureDef> signatures, ModelManifest manifest)
      throws ModelLoadException {
    SignatureDef signature = find(signatures, manifest);
    List<TensorSpec> inputs = specs(signature.getInputsMap());
    if (inputs.size() != 1) {
      throw new ModelLoadException(
          "only one input is supported; signature '%s' has %d: %s"
              .formatted(manifest.signature(), inputs.size(), TensorSpec.describe(inputs)));
    }
    return new Signature(inputs.get(0), specs(signature.getOutputsMap()));
  }

  private static List<TensorSpec> specs(Map<String, TensorInfo> tensors) {
    return new TreeMap<>(tensors)
        .entrySet().stream().map(e -> TensorSpecs.of(e.getKey(), e.getValue())).toList();
  }
}
