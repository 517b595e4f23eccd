package io.lynxeye.importers.keras;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The four vectors of a batch normalisation and its epsilon. Folding computes in double and rounds
 * to float once, so that a folded model differs from the plain one by rounding alone.
 */
record BatchNorm(
    ByteBuffer gamma, ByteBuffer beta, ByteBuffer mean, ByteBuffer variance, double epsilon) {

  static BatchNorm read(Layer layer, int channels, Weights weights)
      throws IOException, InvalidModelException {
    JsonElement axis = layer.config().get("axis");
    if (axis != null && !axis.toString().matches("\\[?(-1|3)]?")) {
      throw layer.unsupported("axis");
    }
    String prefix = layer.name() + "/";
    ByteBuffer gamma =
        layer.flag("scale", true) ? weights.take(prefix + "gamma", channels) : filled(channels, 1);
    ByteBuffer beta =
        layer.flag("center", true) ? weights.take(prefix + "beta", channels) : filled(channels, 0);
    BatchNorm norm =
        new BatchNorm(
            gamma,
            beta,
            weights.take(prefix + "moving_mean", channels),
            weights.take(prefix + "moving_variance", channels),
            layer.number("epsilon"));
    for (int channel = 0; channel < channels; channel++) {
      if (!Double.isFinite(norm.scale(channel))) {
        throw layer.problem("has no usable variance in channel " + channel);
      }
    }
    return norm;
  }

  /** Multiplies each output channel, the last dimension of the kernel, in place. */
  void foldKernel(ByteBuffer kernel, int channels) {
    double[] scales = new double[channels];
    for (int channel = 0; channel < channels; channel++) {
      scales[channel] = scale(channel);
    }
    int floats = kernel.remaining() / Float.BYTES;
    for (int i = 0; i < floats; i++) {
      int at = i * Float.BYTES;
      kernel.putFloat(at, (float) (kernel.getFloat(at) * scales[i % channels]));
    }
  }

  /** Turns the bias of the convolution into that of both steps together, in place. */
  void foldBias(ByteBuffer bias, int channels) {
    for (int channel = 0; channel < channels; channel++) {
      double centred = (double) at(bias, channel) - at(mean, channel);
      double folded = at(beta, channel) + centred * scale(channel);
      bias.putFloat(channel * Float.BYTES, (float) folded);
    }
  }

  private double scale(int channel) {
    return at(gamma, channel) / Math.sqrt(at(variance, channel) + epsilon);
  }

  private static float at(ByteBuffer vector, int channel) {
    return vector.getFloat(channel * Float.BYTES);
  }

  private static ByteBuffer filled(int length, float value) {
    ByteBuffer vector = Op.littleEndian(length);
    for (int i = 0; i < length; i++) {
      vector.putFloat(value);
    }
    return vector.flip();
  }
}
