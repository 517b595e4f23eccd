package io.lynxeye.serving.tensors;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.model.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The outputs of a signature made for an {@link ExampleMethod}, by TensorFlow Serving's rules.
 *
 * @param all the outputs
 * @param examples the number of examples in the request
 */
public record ExampleOutputs(List<Tensor> all, int examples) {

  private static final String CLASSES = "classes";
  private static final String SCORES = "scores";
  private static final String OUTPUTS = "outputs";

  /**
   * A class of an example.
   *
   * @param label empty if the model gives none
   * @param score 0 if the model gives none
   */
  public record ScoredClass(String label, float score) {}

  /** The outputs that {@link #classifications} reads. */
  public List<Tensor> ofClasses() throws InvalidInputException {
    List<Tensor> used = new ArrayList<>();
    named(CLASSES, Datatype.BYTES).ifPresent(used::add);
    named(SCORES, Datatype.FP32).ifPresent(used::add);
    if (used.isEmpty()) {
      throw new InvalidInputException(
          "the signature has neither an output 'classes' (string) nor 'scores' (float); call Predict");
    }
    return used;
  }

  /** The classes of each example, in the model's order. */
  public List<List<ScoredClass>> classifications() throws InvalidInputException {
    List<Long> shape = ofClasses().get(0).shape();
    for (Tensor tensor : ofClasses()) {
      require(
          tensor.shape().size() == 2 && tensor.rows() == examples && tensor.shape().equals(shape),
          tensor,
          "a row of classes");
    }
    Optional<Tensor> labels = named(CLASSES, Datatype.BYTES);
    Optional<float[]> scores = named(SCORES, Datatype.FP32).map(Tensor::floats);
    int perRow = Math.toIntExact(shape.get(1));
    List<List<ScoredClass>> rows = new ArrayList<>();
    for (int row = 0; row < examples; row++) {
      List<ScoredClass> classes = new ArrayList<>();
      for (int i = row * perRow; i < (row + 1) * perRow; i++) {
        int place = i;
        classes.add(
            new ScoredClass(
                labels.map(tensor -> text(tensor.strings().get(place))).orElse(""),
                scores.map(values -> values[place]).orElse(0f)));
      }
      rows.add(classes);
    }
    return rows;
  }

  /** The output that {@link #regressions} reads: one number per example. */
  public Tensor ofRegressions() throws InvalidInputException {
    Tensor tensor =
        named(OUTPUTS, Datatype.FP32)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "the signature has no output 'outputs' (float); call Predict"));
    boolean isOnePerRow = // [n] or [n, 1].
        tensor.shape().equals(List.of((long) examples))
            || tensor.shape().equals(List.of((long) examples, 1L));
    require(isOnePerRow, tensor, "a number");
    return tensor;
  }

  /** The value of each example. */
  public float[] regressions() throws InvalidInputException {
    return ofRegressions().floats();
  }

  private static String text(byte[] label) {
    return new String(label, StandardCharsets.UTF_8);
  }

  private Optional<Tensor> named(String name, Datatype type) throws InvalidInputException {
    Optional<Tensor> found = all.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    if (found.isPresent() && found.get().type() != type) {
      throw new InvalidInputException(
          "output '%s' is %s, not %s; call Predict"
              .formatted(name, found.get().type().tensorFlowType(), type.tensorFlowType()));
    }
    return found;
  }

  private void require(boolean isValid, Tensor tensor, String what) throws InvalidInputException {
    if (!isValid) {
      throw new InvalidInputException(
          "output '%s' has shape %s, not %s for each of %d examples; call Predict"
              .formatted(tensor.name(), tensor.shape(), what, examples));
    }
  }
}
