package io.lynxeye.importers.keras;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;

/**
 * Converts a TensorFlow.js layers model of a classifier into a frozen SavedModel.
 *
 * <p>The signatures {@code serving_default} and {@code predict} have the outputs {@code
 * probabilities}, float32 [batch, classes], and {@code classes}, int64 [batch], the index of the
 * largest. The input is {@code pixels}, float32 [batch, height, width, channels] and already
 * normalised, or, when the decoding is built in, {@code image_bytes}, string [batch], each a JPEG
 * (or PNG) file of any size; an EXIF orientation is not honoured then.
 *
 * @param foldBatchNorm whether a batch normalisation becomes part of the convolution before it
 * @param decoding the preprocessing to build into the graph; absent for the input {@code pixels}
 */
public record KerasConversion(boolean foldBatchNorm, Optional<Preprocessing> decoding) {

  /**
   * The size of the converted model.
   *
   * @param classes number of classes
   * @param parameters number of single floats in the weights
   */
  public record Result(int classes, long parameters) {}

  /**
   * Writes {@code savedModel}. Holds all weights in memory once.
   *
   * @param modelJson the {@code model.json}, in the same folder as its weight shards
   * @param onBytes receives the length in bytes of each weight as it is read
   * @throws InvalidModelException when a layer, a setting or a weight is not supported or not
   *     consistent
   */
  public Result convert(Path modelJson, Path savedModel, LongConsumer onBytes)
      throws IOException, InvalidModelException {
    LayersModel model = LayersModel.read(modelJson);
    Weights weights =
        Weights.open(model.weightsManifest(), modelJson.toAbsolutePath().getParent(), onBytes);
    Graph graph = new Graph();
    ModelInput input = ModelInput.of(model);
    Tensor images = decoding.isPresent() ? input.jpeg(graph, decoding.get()) : input.pixels(graph);
    Tensor output = new LayerTranslator(model, graph, weights, foldBatchNorm).translate(images);
    weights.requireAllTaken();
    requireProbabilities(output);
    SignatureDef signature =
        SavedModelWriter.signature(
            decoding.isPresent() ? input.jpegInfo() : input.pixelsInfo(),
            SavedModelWriter.tensor(output.node(), DataType.DT_FLOAT, -1, output.channels()),
            SavedModelWriter.tensor(classes(graph, output), DataType.DT_INT64, -1));
    SavedModelWriter.write(graph.build(), signature, savedModel);
    return new Result(output.channels(), weights.parameters());
  }

  private static void requireProbabilities(Tensor output) throws InvalidModelException {
    if (output.rank() != 2 || !output.node().endsWith("/Softmax")) {
      throw new InvalidModelException(
          "The model does not end in a softmax, so " + output.node() + " is not a probability.");
    }
  }

  /** Adds the index of the largest probability and returns its node. */
  private static String classes(Graph graph, Tensor probabilities) {
    String axis = graph.add(Op.scalar("classes/axis", 1));
    return graph.add(
        Op.of("ArgMax", "classes", probabilities.node(), axis)
            .type("T", DataType.DT_FLOAT)
            .type("Tidx", DataType.DT_INT32)
            .type("output_type", DataType.DT_INT64)
            .build());
  }
}
