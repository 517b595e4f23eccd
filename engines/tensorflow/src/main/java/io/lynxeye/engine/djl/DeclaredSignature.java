package io.lynxeye.engine.djl;

import io.lynxeye.engine.adapter.ImageInput;
import io.lynxeye.engine.adapter.PixelInput;
import io.lynxeye.engine.adapter.RejectedInputException;
import io.lynxeye.serving.engine.Datatype;
import io.lynxeye.serving.engine.ModelLoadException;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.ModelSignature.Takes;
import io.lynxeye.serving.engine.Tensor;
import io.lynxeye.serving.engine.TensorSpec;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a model of these engines takes and returns: from its file, its manifest, or a trial run. */
final class DeclaredSignature {

  private DeclaredSignature() {}

  /**
   * The signature before any run. An ONNX file has it; for a TorchScript program, the manifest may,
   * in {@code signature.inputs} and {@code signature.outputs}.
   *
   * @param weights the type of its weights, if that is not float: its inputs are of that type too
   * @throws ModelLoadException when file or manifest cannot be read
   */
  static ModelSignature of(ModelSource source, Optional<Datatype> weights)
      throws ModelLoadException {
    var file = source.modelFile();
    if (source.files().format() == ModelFormat.ONNX) {
      return OnnxFile.signature(file);
    }
    List<TensorSpec> inputs = declared(source, "signature.inputs");
    return new ModelSignature(
        ModelSignature.DEFAULT,
        inputs.isEmpty() ? named(TorchScriptFile.inputs(file), weights) : inputs,
        declared(source, "signature.outputs"),
        Takes.TENSORS,
        false);
  }

  private static List<TensorSpec> named(List<TensorSpec> inputs, Optional<Datatype> type) {
    return inputs.stream()
        .map(
            i -> new TensorSpec(i.name(), type.map(Datatype::tensorFlowType).orElse(""), i.shape()))
        .toList();
  }

  private static List<TensorSpec> declared(ModelSource source, String key)
      throws ModelLoadException {
    try {
      return TensorSpec.parse(source.manifest().arguments().getOrDefault(key, ""));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(key + ": " + e.getMessage(), e);
    }
  }

  /**
   * The signature after runs on one and on two blank images: what differs between them is the
   * number of images. Without images there is nothing to run it on.
   *
   * @throws ModelLoadException when it does not take the images that the manifest describes
   */
  static ModelSignature probed(DjlGraph graph, ModelSignature declared, Optional<ImageInput> images)
      throws ModelLoadException {
    if (images.isEmpty() || !(images.get() instanceof PixelInput pixels)) {
      return declared;
    }
    List<Tensor> one = run(graph, declared, pixels, 1);
    List<TensorSpec> outputs = new ArrayList<>();
    Optional<List<Tensor>> two = Optional.empty();
    try {
      two = Optional.of(run(graph, declared, pixels, 2));
    } catch (ModelLoadException e) {
      // It takes one image at a time.
    }
    for (int i = 0; i < one.size(); i++) {
      TensorSpec exact = one.get(i).spec();
      int output = i;
      List<Long> other = two.map(all -> all.get(output).shape()).orElse(one.get(i).shape());
      outputs.add(new TensorSpec(exact.name(), exact.type(), common(one.get(i).shape(), other)));
    }
    TensorSpec input = pixels.spec();
    List<Long> rows = new ArrayList<>(input.shape().orElseThrow());
    rows.set(0, two.isPresent() ? -1L : 1L);
    return new ModelSignature(
        declared.name(),
        List.of(new TensorSpec(input.name(), input.type(), Optional.of(rows))),
        outputs,
        Takes.TENSORS,
        false);
  }

  /** The sizes that are the same; empty if the ranks differ. */
  private static Optional<List<Long>> common(List<Long> one, List<Long> other) {
    return one.size() != other.size()
        ? Optional.empty()
        : Optional.of(
            IntStream.range(0, one.size())
                .mapToObj(i -> one.get(i).equals(other.get(i)) ? one.get(i) : -1L)
                .toList());
  }

  private static List<Tensor> run(
      DjlGraph graph, ModelSignature signature, PixelInput pixels, int count)
      throws ModelLoadException {
    try (ImageInput.Batch batch = pixels.batch(Collections.nCopies(count, pixels.blank()))) {
      return graph.run(signature, List.of(batch.tensor()));
    } catch (RejectedInputException e) {
      throw new ModelLoadException(
          "it does not take %s: set width, height and layout to what it was exported with (%s)"
              .formatted(pixels.spec(), e.getMessage()),
          e);
    }
  }
}
