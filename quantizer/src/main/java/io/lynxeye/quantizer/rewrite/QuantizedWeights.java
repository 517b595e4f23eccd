package io.lynxeye.quantizer.rewrite;

import com.google.protobuf.ByteString;
import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.Layer;
import io.lynxeye.quantizer.graph.Layer.Kind;

/**
 * Weights in 8 bits with one scale per output channel: value = number * limit / 127.
 *
 * @param numbers in the order of the weights
 * @param limits the largest absolute value of each output channel
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
record QuantizedWeights(byte[] numbers, float[] limits) {

  private static final int STEPS = 127;

  /** A channel without weights would have no scale. */
  private static final float LEAST = 1e-9f;

  static QuantizedWeights of(Layer layer) {
    float[] values = layer.weights().values();
    int channels = layer.channels(); // The last size, or, of a depthwise convolution, the third.
    float[] limits = new float[channels];
    for (int i = 0; i < values.length; i++) {
      limits[i % channels] = Math.max(limits[i % channels], Math.abs(values[i]));
    }
    byte[] numbers = new byte[values.length];
    for (int i = 0; i < channels; i++) {
      limits[i] = Math.max(limits[i], LEAST);
    }
    for (int i = 0; i < values.length; i++) {
      numbers[i] = (byte) Math.rint(values[i] * STEPS / limits[i % channels]);
    }
    return new QuantizedWeights(numbers, limits);
  }

  ByteString bytes() {
    return ByteString.copyFrom(numbers);
  }

  /** The value that a number stands for. */
  private double value(int index) {
    int channel = index % limits.length;
    return (double) numbers[index] * limits[channel] / STEPS;
  }

  /** What a constant per input channel contributes to each output channel. */
  float[] response(Layer layer, float[] inputs) {
    return response(layer, inputs, false);
  }

  /** What rounding the weights adds to each output channel, for the mean input. */
  float[] roundingError(Layer layer, float[] means) {
    return response(layer, means, true);
  }

  private float[] response(Layer layer, float[] inputs, boolean ofErrors) {
    double[] sums = new double[limits.length];
    Constant weights = layer.weights();
    int outputs = layer.kind() == Kind.DEPTHWISE ? 1 : limits.length;
    for (int i = 0; i < numbers.length; i++) {
      int channel = (i / outputs) % inputs.length;
      double weight = ofErrors ? value(i) - weights.values()[i] : value(i);
      sums[i % limits.length] += weight * inputs[channel];
    }
    float[] response = new float[sums.length];
    for (int i = 0; i < response.length; i++) {
      response[i] = (float) sums[i];
    }
    return response;
  }
}
