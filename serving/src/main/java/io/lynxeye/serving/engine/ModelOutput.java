package io.lynxeye.serving.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** The output of a model for one input. */
public sealed interface ModelOutput {

  /**
   * The model's outputs, unchanged.
   *
   * @param all at least one, in the model's order; for an image, the first dimension is 1
   * @param scores the class scores, if one of the outputs has them and there is one image
   */
  record Tensors(List<Tensor> all, Optional<Scores> scores) implements ModelOutput {

    /** The output with this name. */
    public Optional<Tensor> named(String name) {
      return all.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    }
  }

  /**
   * One score per class.
   *
   * @param output the name of the output that they come from
   * @param values in the model's order, after a softmax if the manifest asks for one; owned by the
   *     receiver
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Scores(String output, float[] values) {}

  /** The outputs of a model that has only scores. */
  static Tensors ofScores(String output, float[] values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    Tensor tensor = Tensor.of(output, Datatype.FP32, List.of(1L, (long) values.length), data);
    return new Tensors(List.of(tensor), Optional.of(new Scores(output, values)));
  }

  /**
   * A response body made by a custom translator.
   *
   * @param contentType of the body, such as {@code application/json}
   * @param body owned by the receiver
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  record Content(String contentType, byte[] body) implements ModelOutput {}
}
