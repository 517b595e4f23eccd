package io.lynxeye.engine.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.NotNumbersException;
import io.lynxeye.translators.postprocess.Softmax;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An output with one score per class.
 *
 * @param name the output's name
 * @param applySoftmax whether to turn logits into probabilities
 */
record ScoreOutput(String name, boolean applySoftmax) implements OutputAdapter {

  @Override
  public List<ModelOutput> rows(NDList outputs, int count) {
    NDArray scores = outputs.get(name);
    Shape shape = scores.getShape();
    if (shape.dimension() != 2 || shape.get(0) != count) {
      throw new IllegalStateException(
          "the model's output " + name + " is " + shape + " for " + count + " images");
    }
    FloatBuffer values = scores.toByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    int classes = values.remaining() / count;
    List<ModelOutput> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] row = new float[classes];
      values.get(row);
      if (applySoftmax) {
        Softmax.inPlace(row, 0, classes);
      }
      requireNumbers(row);
      rows.add(new ModelOutput.Scores(row));
    }
    return rows;
  }

  /** Checks that every score is finite: JSON can express neither infinity nor NaN. */
  private static void requireNumbers(float[] row) {
    for (float score : row) {
      if (!Float.isFinite(score)) {
        throw new NotNumbersException("the model's scores are not numbers");
      }
    }
  }
}
