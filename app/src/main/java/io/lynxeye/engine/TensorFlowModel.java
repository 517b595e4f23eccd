package io.lynxeye.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.training.ParameterStore;
import io.lynxeye.lifecycle.LoadedModel;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.Sample;
import io.lynxeye.model.InvalidInputException;
import io.lynxeye.translators.Softmax;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.exceptions.TFInvalidArgumentException;

/**
 * A SavedModel in memory. One session; any number of callers may run it at once. Calls the block
 * itself rather than through a Predictor, which is neither thread-safe nor of use here: samples
 * come in prepared and scores go out as they are.
 */
final class TensorFlowModel implements LoadedModel {

  private final TfSymbolBlock block;
  private final String outputKey;
  private final boolean applySoftmax;
  private final InputAdapter input;
  private final ModelDescription description;

  TensorFlowModel(
      TfSymbolBlock block,
      String outputKey,
      boolean applySoftmax,
      InputAdapter input,
      ModelDescription description) {
    this.block = block;
    this.outputKey = outputKey;
    this.applySoftmax = applySoftmax;
    this.input = input;
    this.description = description;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public Sample prepare(byte[] body) throws InvalidInputException {
    return input.prepare(body);
  }

  @Override
  public List<ModelOutput> run(List<Sample> samples) throws InvalidInputException {
    // What goes in and comes out lives in the CPU's memory; where the graph runs is TensorFlow's
    // own
    // placement. With a GPU here, DJL would copy each input there and back.
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), TensorFlowEngine.NAME)) {
      NDArray batch = input.tensor(manager, samples);
      NDList outputs = block.forward(new ParameterStore(manager, false), new NDList(batch), false);
      return rows(outputs.get(outputKey), samples.size());
    } catch (TFInvalidArgumentException e) {
      if (!input.isDecodedInGraph()) {
        throw e; // The model's defect, not the picture's.
      }
      throw new InvalidInputException(
          "the model could not decode the picture; send a whole JPEG or PNG file");
    }
  }

  private List<ModelOutput> rows(NDArray scores, int count) {
    Shape shape = scores.getShape();
    if (shape.dimension() != 2 || shape.get(0) != count) {
      throw new IllegalStateException(
          "the model's output " + outputKey + " is " + shape + " for " + count + " pictures");
    }
    FloatBuffer values = scores.toByteBuffer().asFloatBuffer();
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

  /** Not a number is no score, and JSON has no word for it. */
  private static void requireNumbers(float[] row) {
    for (float score : row) {
      if (Float.isNaN(score)) {
        throw new IllegalStateException("the model's scores are not numbers");
      }
    }
  }

  @Override
  public void warmUp(int batchSize) throws InvalidInputException {
    run(Collections.nCopies(batchSize, input.blank()));
  }

  @Override
  public void close() {
    block.close();
  }
}
