package io.lynxeye.importers.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.tensorflow.proto.DataType;

/**
 * Writes one or a few TensorFlow nodes for each Keras layer, channels last throughout. The nodes of
 * layer {@code conv1} are called {@code conv1/...}.
 */
final class LayerTranslator {
  private final LayersModel model;
  private final Graph graph;
  private final Weights weights;

  /** The batch normalisations to fold, by the convolution before them. */
  private final Map<String, Layer> folded;

  private final Map<String, Tensor> outputs = new HashMap<>();

  LayerTranslator(LayersModel model, Graph graph, Weights weights, boolean foldBatchNorm)
      throws InvalidModelException {
    this.model = model;
    this.graph = graph;
    this.weights = weights;
    this.folded = foldBatchNorm ? model.foldableNorms() : Map.of();
  }

  /** Writes all layers after {@code images} and returns the output of the last. */
  Tensor translate(Tensor images) throws IOException, InvalidModelException {
    outputs.put(model.input(), images);
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
      case "ZeroPadding2D" -> pad(layer, spatial(layer));
      case "Conv2D" -> convolution(layer, spatial(layer));
      case "BatchNormalization" -> norm(layer, spatial(layer));
      case "Activation" -> activate(layer, only(layer));
      case "MaxPooling2D" -> pool(layer, "MaxPool", spatial(layer));
      case "AveragePooling2D" -> pool(layer, "AvgPool", spatial(layer));
      case "Add" -> add(layer);
      case "GlobalAveragePooling2D" -> mean(layer, spatial(layer));
      case "Dense" -> dense(layer, only(layer));
      case "Dropout" -> only(layer);
      default -> throw layer.problem("is of a type that is not supported");
    };
  }

  private Tensor only(Layer layer) throws InvalidModelException {
    return inputs(layer, 1)[0];
  }

  private Tensor spatial(Layer layer) throws InvalidModelException {
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

  private Tensor convolution(Layer layer, Tensor input) throws IOException, InvalidModelException {
    layer.require("groups", "1");
    int filters = layer.positive("filters");
    int[] size = layer.pair("kernel_size");
    String name = layer.name() + "/kernel";
    ByteBuffer kernel = weights.take(name, size[0], size[1], input.channels(), filters);
    ByteBuffer bias = bias(layer, filters);
    Layer norm = folded.get(layer.name());
    if (norm != null) {
      BatchNorm vectors = BatchNorm.read(norm, filters, weights);
      vectors.foldKernel(kernel, filters);
      bias = bias == null ? Op.littleEndian(filters) : bias;
      vectors.foldBias(bias, filters);
    }
    graph.constant(name, kernel, size[0], size[1], input.channels(), filters);
    Op convolution =
        window(layer, Op.of("Conv2D", layer.name() + "/Conv2D", input.node(), name))
            .ints("dilations", perDimension(layer.pair("dilation_rate", 1, 1)));
    return finish(layer, graph.add(input.withChannels(4, filters), convolution), bias);
  }

  private Tensor pool(Layer layer, String kernel, Tensor input) throws InvalidModelException {
    Op op = Op.of(kernel, layer.name() + "/" + kernel, input.node());
    return graph.add(input, window(layer, op).ints("ksize", perDimension(layer.pair("pool_size"))));
  }

  /**
   * Adds what convolution and pooling have in common: type, strides and padding. The default of the
   * strides is the pool size, as in Keras.
   */
  private static Op window(Layer layer, Op op) throws InvalidModelException {
    int[] absent = layer.config().has("pool_size") ? layer.pair("pool_size") : new int[0];
    return op.type("T", DataType.DT_FLOAT)
        .ints("strides", perDimension(layer.pair("strides", absent)))
        .text("padding", padding(layer))
        .text("data_format", "NHWC");
  }

  /** Height and width as an attribute of all four dimensions. */
  private static long[] perDimension(int... pair) {
    return new long[] {1, pair[0], pair[1], 1};
  }

  private static String padding(Layer layer) throws InvalidModelException {
    return switch (layer.text("padding", "valid")) {
      case "valid" -> "VALID";
      case "same" -> "SAME";
      default -> throw layer.unsupported("padding");
    };
  }

  private Tensor norm(Layer layer, Tensor input) throws IOException, InvalidModelException {
    if (folded.containsValue(layer)) {
      return input;
    }
    int channels = input.channels();
    BatchNorm norm = BatchNorm.read(layer, channels, weights);
    String prefix = layer.name() + "/";
    Op op =
        Op.of(
                "FusedBatchNormV3",
                prefix + "FusedBatchNorm",
                input.node(),
                graph.constant(prefix + "gamma", norm.gamma(), channels),
                graph.constant(prefix + "beta", norm.beta(), channels),
                graph.constant(prefix + "moving_mean", norm.mean(), channels),
                graph.constant(prefix + "moving_variance", norm.variance(), channels))
            .type("T", DataType.DT_FLOAT)
            .type("U", DataType.DT_FLOAT)
            .real("epsilon", (float) norm.epsilon())
            .text("data_format", "NHWC")
            .flag("is_training", false);
    return graph.add(input, op);
  }

  private Tensor dense(Layer layer, Tensor input) throws IOException, InvalidModelException {
    if (input.rank() != 2) {
      throw layer.problem("needs an input without height and width");
    }
    int units = layer.positive("units");
    String name = layer.name() + "/kernel";
    graph.constant(name, weights.take(name, input.channels(), units), input.channels(), units);
    Op product =
        Op.of("MatMul", layer.name() + "/MatMul", input.node(), name)
            .type("T", DataType.DT_FLOAT)
            .flag("transpose_a", false)
            .flag("transpose_b", false);
    return finish(layer, graph.add(input.withChannels(2, units), product), bias(layer, units));
  }

  private ByteBuffer bias(Layer layer, int length) throws IOException, InvalidModelException {
    return layer.flag("use_bias", true) ? weights.take(layer.name() + "/bias", length) : null;
  }

  /** Adds the bias, if any, and the activation. */
  private Tensor finish(Layer layer, Tensor sums, ByteBuffer bias) throws InvalidModelException {
    if (bias == null) {
      return activate(layer, sums);
    }
    String vector = graph.constant(layer.name() + "/bias", bias, sums.channels());
    Op op =
        Op.of("BiasAdd", layer.name() + "/BiasAdd", sums.node(), vector)
            .type("T", DataType.DT_FLOAT)
            .text("data_format", "NHWC");
    return activate(layer, graph.add(sums, op));
  }

  /** Adds the activation, of a layer of its own or as the last step of another. */
  private Tensor activate(Layer layer, Tensor input) throws InvalidModelException {
    return switch (layer.text("activation", "linear")) {
      case "linear" -> input;
      case "relu" -> activate(layer, "Relu", input);
      case "softmax" -> activate(layer, "Softmax", input);
      default -> throw layer.unsupported("activation");
    };
  }

  private Tensor activate(Layer layer, String kernel, Tensor input) {
    Op op = Op.of(kernel, layer.name() + "/" + kernel, input.node());
    return graph.add(input, op.type("T", DataType.DT_FLOAT));
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
