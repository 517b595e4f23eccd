package io.lynxeye.importers.keras;

import org.tensorflow.proto.DataType;

/** The activation of a layer, as a layer of its own or as the last step of another. */
enum Activation {
  LINEAR(""),
  RELU("Relu"),
  SOFTMAX("Softmax");

  private final String kernel;

  Activation(String kernel) {
    this.kernel = kernel;
  }

  static Activation of(Layer layer) throws InvalidModelException {
    return switch (layer.text("activation", "linear")) {
      case "linear" -> LINEAR;
      case "relu" -> RELU;
      case "softmax" -> SOFTMAX;
      default -> throw layer.unsupported("activation");
    };
  }

  Tensor write(Graph graph, Layer layer, Tensor input) {
    if (this == LINEAR) {
      return input;
    }
    String name = layer.name() + "/" + kernel;
    return graph.add(input, Op.of(kernel, name, input.node()).type("T", DataType.DT_FLOAT));
  }
}
