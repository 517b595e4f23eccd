package io.lynxeye.quantizer;

import io.lynxeye.quantizer.graph.Constant;
import io.lynxeye.quantizer.graph.TestNet;

/** A network whose values have eight channels. */
final class FormNet {

  static final int CHANNELS = 8;

  final TestNet net = new TestNet();

  Constant filter(int size) {
    return net.random(0.6 / size, size, size, CHANNELS, CHANNELS);
  }

  Constant perChannel(int size) {
    return net.random(1.0 / size, size, size, CHANNELS, 1);
  }

  String relu(String name, String input) {
    return net.node("Relu", name + "/relu", biased(name, input));
  }

  String biased(String name, String input) {
    return net.bias(name + "/biased", input, net.random(0.3, CHANNELS));
  }

  String convolution(String name, String input, int size, int stride, String padding) {
    return net.convolution(name, input, filter(size), stride, padding);
  }

  String depthwise(String name, String input, int stride, String padding) {
    return net.depthwise(name, input, perChannel(3), stride, padding);
  }

  /** A value that is never negative. */
  String unsigned() {
    return relu("u", convolution("u", "x", 1, 1, "SAME"));
  }

  /** A value with both signs. */
  String signed(String name) {
    return biased(name, convolution(name, "x", 1, 1, "SAME"));
  }

  /** A layer that reads a value with a padding. */
  String padded(String value) {
    return relu("last", convolution("last", value, 3, 1, "SAME"));
  }

  /** A layer that reads a value without a padding. */
  String plain(String value) {
    return relu("last", convolution("last", value, 1, 1, "SAME"));
  }
}
