package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.TensorSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Converts a SavedModel's description of tensors into {@link TensorSpec}. */
public final class TensorSpecs {

  private TensorSpecs() {}

  /** Converts a signature's entry. */
  public static TensorSpec of(String key, TensorInfo tensor) {
    String type = tensor.getDtype().name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
    return new TensorSpec(
        key,
        type,
        tensor.getTensorShape().getUnknownRank()
            ? Optional.empty()
            : Optional.of(
                tensor.getTensorShape().getDimList().stream().map(dim -> dim.getSize()).toList()));
  }

  /** The entries of a signature, by key. */
  public static List<TensorSpec> of(Map<String, TensorInfo> tensors) {
    return new TreeMap<>(tensors)
        .entrySet().stream().map(e -> of(e.getKey(), e.getValue())).toList();
  }

  /** A signature that takes tensors as they are sent. */
  public static ModelSignature of(String name, SignatureDef signature) {
    return new ModelSignature(
        name,
        of(signature.getInputsMap()),
        of(signature.getOutputsMap()),
        ModelSignature.Takes.TENSORS,
        false,
        signature.getMethodName());
  }
}
