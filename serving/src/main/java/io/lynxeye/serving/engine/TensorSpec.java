package io.lynxeye.serving.engine;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An input or output of a model, from its signature or from an inference call.
 *
 * @param name its key in the signature
 * @param type TensorFlow's name of the type: {@code float}, {@code int64}
 * @param shape batch dimension first, -1 = unknown; empty if the rank is unknown
 */
public record TensorSpec(String name, String type, Optional<List<Long>> shape) {

  /** Whether it can be one score per class: float [-1, classes], as far as known. */
  public boolean isScores() {
    return type.equals("float") && (shape.isEmpty() || shape.get().size() == 2);
  }

  /** The number of classes if it is scores; -1 if unknown. */
  public long classes() {
    return shape.isEmpty() ? -1 : shape.get().get(1);
  }

  /** The number of values for one image; -1 if unknown. */
  public long numbers() {
    if (shape.isEmpty() || shape.get().stream().skip(1).anyMatch(size -> size < 0)) {
      return -1;
    }
    return shape.get().stream().skip(1).reduce(1L, (a, b) -> a * b);
  }

  /** {@code a: float [-1, 3], b: int64 [-1]}. */
  public static String describe(List<TensorSpec> tensors) {
    return tensors.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
  }

  /** {@code pixels: float [-1, 224, 224, 3]}. */
  @Override
  public String toString() {
    return name + ": " + type + " " + shape.orElse(List.of());
  }
}
