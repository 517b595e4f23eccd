package io.lynxeye.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.tensorflow.engine.TfSymbolBlock;
import ai.djl.training.ParameterStore;
import io.lynxeye.engine.adapter.InputAdapter;
import io.lynxeye.engine.adapter.OutputAdapter;
import io.lynxeye.engine.natives.NativeMemory;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.model.InvalidInputException;
import java.util.Collections;
import java.util.List;
import org.tensorflow.exceptions.TFInvalidArgumentException;

/**
 * A loaded SavedModel with one session; any number of threads may run it at once. Calls the block
 * directly, not through a Predictor, which is not thread-safe and has no work to do here: inputs
 * arrive prepared and scores are returned as they are.
 */
final class TensorFlowModel implements LoadedModel {

  private final TfSymbolBlock block;
  private final InputAdapter input;
  private final OutputAdapter output;
  private final ModelDescription description;

  TensorFlowModel(
      TfSymbolBlock block, InputAdapter input, OutputAdapter output, ModelDescription description) {
    this.block = block;
    this.input = input;
    this.output = output;
    this.description = description;
  }

  /**
   * Manages input and output tensors in CPU memory; TensorFlow itself places the graph. With a GPU
   * device here, DJL would copy each input there and back.
   */
  static NDManager newManager() {
    return NDManager.newBaseManager(Device.cpu(), TensorFlowEngine.NAME);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public PreparedInput prepare(byte[] body) throws InvalidInputException {
    return input.prepare(body);
  }

  @Override
  public PreparedInput prepare(float[] values) throws InvalidInputException {
    return input.prepare(values);
  }

  @Override
  public List<ModelOutput> run(List<PreparedInput> samples) throws InvalidInputException {
    try (NDManager manager = newManager()) {
      NDArray batch = input.tensor(manager, samples);
      NDList outputs = block.forward(new ParameterStore(manager, false), new NDList(batch), false);
      return output.rows(outputs, samples.size());
    } catch (TFInvalidArgumentException e) {
      if (!input.isDecodedInGraph()) {
        throw e; // A defect of the model, not of the image.
      }
      throw new InvalidInputException(
          "the model could not decode the image; send a complete JPEG or PNG file");
    }
  }

  @Override
  public void warmUp(int batchSize) throws InvalidInputException {
    run(Collections.nCopies(batchSize, input.blank()));
    if (batchSize == 1) { // The first run optimises the graph and leaves copies of its weights.
      NativeMemory.trim();
      input.rehearse();
    }
  }

  @Override
  public boolean isTunable() {
    return true;
  }

  @Override
  public void close() {
    block.close();
    NativeMemory.trim();
  }
}
