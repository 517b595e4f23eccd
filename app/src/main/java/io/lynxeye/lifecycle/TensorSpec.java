package io.lynxeye.lifecycle;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One input or output of a model, as told before or seen after it ran.
 *
 * @param name its key
 * @param type in TensorFlow's words: {@code float}, {@code int64}
 * @param shape pictures first, -1 where open; empty when even its rank is open
 */
public record TensorSpec(String name, String type, Optional<List<Long>> shape) {

  /** Whether it can be one score per class: float [-1, classes], as far as is told. */
  public boolean isScores() {
    return type.equals("float") && (shape.isEmpty() || shape.get().size() == 2);
  }

  /** How many classes, if it is scores; -1 when that is open. */
  public long classes() {
    return shape.isEmpty() ? -1 : shape.get().get(1);
  }

  /** Numbers for one picture; -1 when that is open. */
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
