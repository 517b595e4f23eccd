package io.lynxeye.engine.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.lynxeye.serving.engine.TensorSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.proto.TensorInfo;

/** Converts the engine's tensor descriptions into {@link TensorSpec}. */
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

  /** Converts an output tensor; the batch dimension becomes -1. */
  public static TensorSpec of(NDArray array) {
    long[] sizes = array.getShape().getShape();
    List<Long> shape =
        IntStream.range(0, sizes.length).mapToObj(i -> i == 0 ? -1 : sizes[i]).toList();
    return new TensorSpec(array.getName(), type(array.getDataType()), Optional.of(shape));
  }

  /** Returns TensorFlow's name of a type. */
  static String type(DataType type) {
    return switch (type) {
      case FLOAT32 -> "float";
      case FLOAT64 -> "double";
      case BOOLEAN -> "bool";
      default -> type.name().toLowerCase(Locale.ROOT);
    };
  }
}
