package io.lynxeye.engine.adapter;

import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Rows of tensors, and whether a model's rows are independent. */
final class Rows {

  private Rows() {}

  /**
   * Whether the first dimension counts rows, as far as a signature can tell: it is the same, known
   * or unknown, for all inputs and outputs. Beside several fixed rows, an output may leave it open.
   * That rows are independent, the manifest says.
   */
  static boolean areCounted(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    long rows = inputs.get(0).rows();
    return inputs.stream().allMatch(input -> input.shape().isPresent() && input.rows() == rows)
        && rows != 0
        && outputs.stream()
            .allMatch(output -> output.rows() == rows || (rows > 1 && output.rows() == -1));
  }

  /** The tensor with so many rows: the last one is repeated. */
  static Tensor pad(Tensor tensor, int rows) {
    int missing = rows - tensor.rows();
    return missing <= 0
        ? tensor
        : Tensor.join(
            Stream.concat(
                    Stream.of(tensor),
                    Collections.nCopies(missing, tensor.rows(tensor.rows() - 1, 1)).stream())
                .toList());
  }

  /**
   * One row of an output.
   *
   * @param count the rows that it must have
   * @throws IllegalStateException when it has others: a defect of the model
   */
  static Tensor one(Tensor output, int row, int count) {
    if (output.shape().isEmpty() || output.rows() != count) {
      throw new IllegalStateException(
          "the model's output %s is %s for %d images"
              .formatted(output.name(), output.shape(), count));
    }
    return output.rows(row, 1);
  }

  /** Zeros of this type and shape; a size that is not known is 1, the first one {@code rows}. */
  static Tensor zeros(TensorSpec spec, int rows) {
    List<Long> shape = new ArrayList<>(spec.shape().orElse(List.of(-1L)));
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) < 0) {
        shape.set(i, i == 0 ? rows : 1L);
      }
    }
    long count = shape.stream().reduce(1L, (a, b) -> a * b);
    Datatype type = spec.datatype().orElseThrow();
    return type == Datatype.BYTES
        ? Tensor.ofStrings(
            spec.name(), shape, Collections.nCopies(Math.toIntExact(count), new byte[0]))
        : Tensor.of(
            spec.name(),
            type,
            shape,
            ByteBuffer.allocate(Math.toIntExact(Math.multiplyExact(count, type.bytes()))));
  }
}
