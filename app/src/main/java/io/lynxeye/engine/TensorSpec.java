package io.lynxeye.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tensorflow.proto.TensorInfo;

/**
 * One input or output of a model, as told before or seen after it ran.
 *
 * @param name its key
 * @param type in TensorFlow's words: {@code float}, {@code int64}
 * @param shape pictures first, -1 where open; empty when even its rank is open
 */
record TensorSpec(String name, String type, Optional<List<Long>> shape) {

  /** Of a signature. */
  static TensorSpec of(String key, TensorInfo tensor) {
    String type = tensor.getDtype().name().replaceFirst("^DT_", "").toLowerCase(Locale.ROOT);
    return new TensorSpec(
        key,
        type,
        tensor.getTensorShape().getUnknownRank()
            ? Optional.empty()
            : Optional.of(
                tensor.getTensorShape().getDimList().stream().map(dim -> dim.getSize()).toList()));
  }

  /** Of a tensor that came out of a run; how many pictures there were is left open. */
  static TensorSpec of(NDArray array) {
    long[] sizes = array.getShape().getShape();
    List<Long> shape =
        IntStream.range(0, sizes.length).mapToObj(i -> i == 0 ? -1 : sizes[i]).toList();
    return new TensorSpec(array.getName(), type(array.getDataType()), Optional.of(shape));
  }

  private static String type(DataType type) {
    return switch (type) {
      case FLOAT32 -> "float";
      case FLOAT64 -> "double";
      case BOOLEAN -> "bool";
      default -> type.name().toLowerCase(Locale.ROOT);
    };
  }

  /** Whether it can be one score per class: float [-1, classes], as far as is told. */
  boolean isScores() {
    return type.equals("float") && (shape.isEmpty() || shape.get().size() == 2);
  }

  /** How many classes, if it is scores; -1 when that is open. */
  long classes() {
    return shape.isEmpty() ? -1 : shape.get().get(1);
  }

  /** Numbers for one picture; -1 when that is open. */
  long numbers() {
    if (shape.isEmpty() || shape.get().stream().skip(1).anyMatch(size -> size < 0)) {
      return -1;
    }
    return shape.get().stream().skip(1).reduce(1L, (a, b) -> a * b);
  }

  /** {@code a: float [-1, 3], b: int64 [-1]}. */
  static String describe(List<TensorSpec> tensors) {
    return tensors.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
  }

  /** {@code pixels: float [-1, 224, 224, 3]}. */
  @Override
  public String toString() {
    return name + ": " + type + " " + shape.orElse(List.of());
  }
}
