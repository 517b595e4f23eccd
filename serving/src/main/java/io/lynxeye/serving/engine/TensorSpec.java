package io.lynxeye.serving.engine;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An input or output of a model, from its signature.
 *
 * @param name its key in the signature
 * @param type TensorFlow's name of the type: {@code float}, {@code int64}; empty if unknown
 * @param shape batch dimension first, -1 = unknown; empty if the rank is unknown
 */
public record TensorSpec(String name, String type, Optional<List<Long>> shape) {

  private static final Pattern FORM = Pattern.compile("(.+): (\\w+) \\[([-\\d, ]*)]");

  /** A tensor of which only the name is known: TorchScript files say no more. */
  public static TensorSpec named(String name) {
    return new TensorSpec(name, "", Optional.empty());
  }

  /**
   * Parses descriptions such as {@code a: float [-1, 3]; b: int64 [-1]}.
   *
   * @throws IllegalArgumentException naming one that is not of this form
   */
  public static List<TensorSpec> parse(String text) {
    return Stream.of(text.split(";", -1))
        .map(String::trim)
        .filter(part -> !part.isEmpty())
        .map(TensorSpec::one)
        .toList();
  }

  private static TensorSpec one(String text) {
    Matcher tensor = FORM.matcher(text);
    if (!tensor.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not of the form 'name: float [-1, 3, 224, 224]'");
    }
    List<Long> shape =
        Stream.of(tensor.group(3).split(",", -1))
            .map(String::trim)
            .filter(size -> !size.isEmpty())
            .map(Long::valueOf)
            .toList();
    return new TensorSpec(tensor.group(1), tensor.group(2), Optional.of(shape));
  }

  /** Its type; empty if it is unknown, or no protocol carries it. */
  public Optional<Datatype> datatype() {
    return Datatype.of(type);
  }

  /** Whether it can be one score per class: floating-point [-1, classes], as far as known. */
  public boolean isScores() {
    return (type.isEmpty() || datatype().filter(Datatype::isFloat).isPresent())
        && (shape.isEmpty() || shape.get().size() == 2);
  }

  /** The number of classes if it is scores; -1 if unknown. */
  public long classes() {
    return shape.isEmpty() ? -1 : shape.get().get(1);
  }

  /** The number of rows that it always has; -1 if any, or unknown. 0 for a scalar. */
  public long rows() {
    return shape.map(sizes -> sizes.isEmpty() ? 0 : sizes.get(0)).orElse(-1L);
  }

  /** Whether a tensor may have this shape. */
  public boolean fits(List<Long> sizes) {
    if (shape.isEmpty()) {
      return true;
    }
    boolean fits = shape.get().size() == sizes.size();
    for (int i = 0; fits && i < sizes.size(); i++) {
      fits = shape.get().get(i) < 0 || shape.get().get(i).equals(sizes.get(i));
    }
    return fits;
  }

  /** {@code a: float [-1, 3], b: int64 [-1]}. */
  public static String describe(List<TensorSpec> tensors) {
    return tensors.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
  }

  /** {@code pixels: float [-1, 224, 224, 3]}. */
  @Override
  public String toString() {
    return name
        + ": "
        + (type.isEmpty() ? "any type" : type)
        + " "
        + shape.map(List::toString).orElse("of any shape");
  }
}
