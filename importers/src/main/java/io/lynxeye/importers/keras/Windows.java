package io.lynxeye.importers.keras;

import org.tensorflow.proto.DataType;

/** What convolution and pooling have in common: a window that moves over height and width. */
final class Windows {
  private Windows() {}

  /** Adds type, strides and padding; strides that are not given are the pool size, as in Keras. */
  static Op write(Layer layer, Op op) throws InvalidModelException {
    int[] absent = layer.config().has("pool_size") ? layer.pair("pool_size") : new int[0];
    return op.type("T", DataType.DT_FLOAT)
        .ints("strides", spatial(layer.pair("strides", absent)))
        .text("padding", padding(layer))
        .text("data_format", "NHWC");
  }

  /** Height and width as an attribute over all four dimensions. */
  static long[] spatial(int... pair) {
    return new long[] {1, pair[0], pair[1], 1};
  }

  private static String padding(Layer layer) throws InvalidModelException {
    return switch (layer.text("padding", "valid")) {
      case "valid" -> "VALID";
      case "same" -> "SAME";
      default -> throw layer.unsupported("padding");
    };
  }
}
