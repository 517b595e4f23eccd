package io.lynxeye.importers.keras;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.tensorflow.proto.DataType;

/** The layers that carry weights: convolution, batch normalisation, dense. */
final class WeightedLayers {
  private final Graph graph;
  private final Weights weights;
  private final Foldings foldings;

  WeightedLayers(Graph graph, Weights weights, Foldings foldings) {
    this.graph = graph;
    this.weights = weights;
    this.foldings = foldings;
  }

  Tensor convolution(Layer layer, Tensor input) throws IOException, InvalidModelException {
    layer.require("groups", "1");
    int filters = layer.positive("filters");
    int[] size = layer.pair("kernel_size");
    String name = layer.name() + "/kernel";
    ByteBuffer kernel = weights.take(name, size[0], size[1], input.channels(), filters);
    ByteBuffer bias = bias(layer, filters);
    Layer norm = foldings.normAfter(layer);
    if (norm != null) {
      BatchNorm vectors = vectors(norm, filters);
      vectors.foldKernel(kernel, filters);
      bias = bias == null ? Op.littleEndian(filters) : bias;
      vectors.foldBias(bias, filters);
    }
    graph.constant(name, kernel, size[0], size[1], input.channels(), filters);
    Op convolution =
        Windows.write(layer, Op.of("Conv2D", layer.name() + "/Conv2D", input.node(), name))
            .ints("dilations", Windows.spatial(layer.pair("dilation_rate", 1, 1)));
    return finish(layer, graph.add(input.withChannels(4, filters), convolution), bias);
  }

  Tensor dense(Layer layer, Tensor input) throws IOException, InvalidModelException {
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

  Tensor norm(Layer layer, Tensor input) throws IOException, InvalidModelException {
    if (foldings.isFolded(layer)) {
      return input;
    }
    int channels = input.channels();
    BatchNorm norm = vectors(layer, channels);
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

  private ByteBuffer bias(Layer layer, int length) throws IOException, InvalidModelException {
    return layer.flag("use_bias", true) ? weights.take(layer.name() + "/bias", length) : null;
  }

  /** Bias, if any, and the activation. */
  private Tensor finish(Layer layer, Tensor sums, ByteBuffer bias) throws InvalidModelException {
    Activation activation = Activation.of(layer);
    if (bias == null) {
      return activation.write(graph, layer, sums);
    }
    String vector = graph.constant(layer.name() + "/bias", bias, sums.channels());
    Op op =
        Op.of("BiasAdd", layer.name() + "/BiasAdd", sums.node(), vector)
            .type("T", DataType.DT_FLOAT)
            .text("data_format", "NHWC");
    return activation.write(graph, layer, graph.add(sums, op));
  }

  private BatchNorm vectors(Layer layer, int channels) throws IOException, InvalidModelException {
    JsonElement axis = layer.config().get("axis");
    if (axis != null && !axis.toString().matches("\\[?(-1|3)]?")) {
      throw layer.unsupported("axis");
    }
    return BatchNorm.read(layer, channels, weights);
  }
}
