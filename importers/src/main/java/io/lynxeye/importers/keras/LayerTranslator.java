package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.DataType;

/**
 * Writes one TensorFlow node or a few for each Keras layer, channels last throughout. The nodes of
 * layer {@code conv1} are called {@code conv1/...}.
 */
final class LayerTranslator {
  private final LayersModel model;
  private final Graph graph;
  private final WeightedLayers weighted;
  private final Map<String, Tensor> outputs = new HashMap<>();

  LayerTranslator(LayersModel model, Graph graph, WeightedLayers weighted) {
    this.model = model;
    this.graph = graph;
    this.weighted = weighted;
  }

  /** Writes all layers behind {@code pictures} and returns the output of the last. */
  Tensor translate(Tensor pictures) throws IOException, InvalidModelException {
    outputs.put(model.input(), pictures);
    for (Layer layer : model.layers()) {
      if (!layer.name().equals(model.input())) {
        outputs.put(layer.name(), translate(layer));
      }
    }
    Tensor output = outputs.get(model.output());
    if (output == null) {
      throw new InvalidModelException("The output layer " + model.output() + " is missing.");
    }
    return output;
  }

  private Tensor translate(Layer layer) throws IOException, InvalidModelException {
    layer.require("data_format", "channels_last");
    return switch (layer.type()) {
      case "ZeroPadding2D" -> pad(layer, picture(layer));
      case "Conv2D" -> weighted.convolution(layer, picture(layer));
      case "BatchNormalization" -> weighted.norm(layer, picture(layer));
      case "Activation" -> Activation.of(layer).write(graph, layer, only(layer));
      case "MaxPooling2D" -> pool(layer, "MaxPool", picture(layer));
      case "AveragePooling2D" -> pool(layer, "AvgPool", picture(layer));
      case "Add" -> add(layer);
      case "GlobalAveragePooling2D" -> mean(layer, picture(layer));
      case "Dense" -> weighted.dense(layer, only(layer));
      case "Dropout" -> only(layer);
      default -> throw layer.problem("is of a type that is not supported");
    };
  }

  private Tensor only(Layer layer) throws InvalidModelException {
    return inputs(layer, 1)[0];
  }

  private Tensor picture(Layer layer) throws InvalidModelException {
    Tensor input = only(layer);
    if (input.rank() != 4) {
      throw layer.problem("needs an input with height and width");
    }
    return input;
  }

  private Tensor[] inputs(Layer layer, int count) throws InvalidModelException {
    Tensor[] inputs = layer.inputs().stream().map(outputs::get).toArray(Tensor[]::new);
    if (inputs.length != count) {
      throw layer.problem("has " + inputs.length + " inputs, only " + count + " is supported");
    }
    for (Tensor input : inputs) {
      if (input == null) {
        throw layer.problem("reads from a layer that does not come before it");
      }
    }
    return inputs;
  }

  private Tensor pad(Layer layer, Tensor input) throws InvalidModelException {
    int[] margins = new int[8];
    try {
      int at = 2;
      for (JsonElement side : layer.config().getAsJsonArray("padding")) {
        JsonArray beforeAndAfter = side.getAsJsonArray();
        margins[at++] = beforeAndAfter.get(0).getAsInt();
        margins[at++] = beforeAndAfter.get(1).getAsInt();
      }
    } catch (RuntimeException e) {
      throw layer.unsupported("padding");
    }
    String paddings = graph.add(Op.matrix(layer.name() + "/paddings", 2, margins));
    return graph.add(
        input,
        Op.of("Pad", layer.name() + "/Pad", input.node(), paddings)
            .type("T", DataType.DT_FLOAT)
            .type("Tpaddings", DataType.DT_INT32));
  }

  private Tensor pool(Layer layer, String kernel, Tensor input) throws InvalidModelException {
    Op op = Op.of(kernel, layer.name() + "/" + kernel, input.node());
    return graph.add(
        input, Windows.write(layer, op).ints("ksize", Windows.spatial(layer.pair("pool_size"))));
  }

  private Tensor add(Layer layer) throws InvalidModelException {
    Tensor[] terms = inputs(layer, 2);
    if (terms[0].rank() != terms[1].rank() || terms[0].channels() != terms[1].channels()) {
      throw layer.problem("adds outputs of different shapes");
    }
    return graph.add(
        terms[0],
        Op.of("AddV2", layer.name() + "/Add", terms[0].node(), terms[1].node())
            .type("T", DataType.DT_FLOAT));
  }

  private Tensor mean(Layer layer, Tensor input) throws InvalidModelException {
    layer.require("keepdims", "false");
    String axes = graph.add(Op.vector(layer.name() + "/axes", 1, 2));
    return graph.add(
        input.withChannels(2, input.channels()),
        Op.of("Mean", layer.name() + "/Mean", input.node(), axes)
            .type("T", DataType.DT_FLOAT)
            .type("Tidx", DataType.DT_INT32)
            .flag("keep_dims", false));
  }
}
