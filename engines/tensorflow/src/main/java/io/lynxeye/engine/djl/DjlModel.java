package io.lynxeye.engine.djl;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.lynxeye.engine.adapter.LabelFile;
import io.lynxeye.engine.adapter.OutputAdapter;
import io.lynxeye.engine.adapter.OutputSelection;
import io.lynxeye.engine.adapter.PixelInput;
import io.lynxeye.engine.adapter.TensorSpecs;
import io.lynxeye.engine.natives.NativeMemory;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.PreparedInput;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.manifest.ModelManifest;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.model.ModelSource;
import io.lynxeye.translators.ImageDecoder;
import java.util.Collections;
import java.util.List;

/**
 * A model that takes pixels, on any of DJL's engines. Any number of threads may run it at once;
 * closing it during a call would crash the process.
 */
final class DjlModel implements LoadedModel {

  private final Model model;
  private final ParameterStore parameters;
  private final PixelInput input;
  private final OutputAdapter output;
  private final ModelDescription description;

  private DjlModel(
      Model model,
      ParameterStore parameters,
      PixelInput input,
      OutputAdapter output,
      ModelDescription description) {
    this.model = model;
    this.parameters = parameters;
    this.input = input;
    this.output = output;
    this.description = description;
  }

  /**
   * Runs the model once on a blank image, because these engines do not report their outputs
   * beforehand.
   *
   * @param model closed by the result; by the caller when this throws
   * @throws ModelLoadException when it does not take the input that the manifest describes, or its
   *     outputs cannot be served
   */
  static DjlModel of(
      ModelSource source, ImageDecoder decoder, Model model, String engine, String device)
      throws ModelLoadException {
    ModelManifest manifest = source.manifest();
    PixelInput input = PixelInput.ofUnknownShape(decoder, manifest);
    ParameterStore parameters = new ParameterStore(model.getNDManager(), false);
    List<String> labels = LabelFile.read(source);
    OutputSelection outputs = OutputSelection.of(probe(model, parameters, input), manifest, labels);
    ModelDescription description =
        new ModelDescription(
            source.id(),
            engine,
            device,
            "as exported",
            "pixels: " + input.describe(),
            outputs.describe(),
            new ModelSignature(
                ModelSignature.DEFAULT, input.spec("pixels"), true, outputs.outputs()),
            labels,
            manifest.topK());
    return new DjlModel(
        model, parameters, input, outputs.adapter(manifest.applySoftmax()), description);
  }

  private static List<TensorSpec> probe(Model model, ParameterStore parameters, PixelInput input)
      throws ModelLoadException {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray batch = input.tensor(manager, List.of(input.blank()));
      NDList outputs = forward(model, parameters, batch);
      return outputs.stream().map(TensorSpecs::of).toList();
    } catch (EngineException e) {
      throw new ModelLoadException(
          "it does not take %s: set width, height and layout to what it was exported with (%s)"
              .formatted(input.describe(), Causes.deepest(e)),
          e);
    }
  }

  /** TorchScript outputs have no names: {@code output}, or {@code output0} and so on. */
  private static NDList forward(Model model, ParameterStore parameters, NDArray batch) {
    NDList outputs = model.getBlock().forward(parameters, new NDList(batch), false);
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).getName() == null) {
        outputs.get(i).setName(outputs.size() == 1 ? "output" : "output" + i);
      }
    }
    return outputs;
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
  public List<ModelOutput> run(List<PreparedInput> samples) {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDList outputs = forward(model, parameters, input.tensor(manager, samples));
      return output.rows(outputs, samples.size());
    }
  }

  /** A batch of one has worked already; a larger one may be too large for the model. */
  @Override
  public void warmUp(int batchSize) {
    try {
      run(Collections.nCopies(batchSize, input.blank()));
    } catch (EngineException e) {
      throw new IllegalStateException(
          "it does not take a batch of %d; export it with a dynamic batch dimension, or set batch_size=1 (%s)"
              .formatted(batchSize, Causes.deepest(e)),
          e);
    }
  }

  @Override
  public void close() {
    model.close();
    NativeMemory.trim();
  }
}
