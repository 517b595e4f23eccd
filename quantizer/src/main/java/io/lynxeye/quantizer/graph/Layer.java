package io.lynxeye.quantizer.graph;

import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * A convolution or matrix multiplication with what follows it: batch normalisation (already folded
 * into the weights), bias, residual sum, activation.
 *
 * @param operation the original node, whose name is the layer's
 * @param kind what it computes
 * @param input the value that it reads; a {@code Pad} before it is part of the layer
 * @param output the node whose value it computes
 * @param weights HWIO, HWC1 for a depthwise convolution, IO for a matrix
 * @param bias one per output channel
 * @param sum the addition inside it, if there is one
 * @param summand the value that is added before the activation
 * @param activation the last step
 * @param padding for convolutions
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record Layer(
    NodeDef operation,
    Kind kind,
    String input,
    String output,
    Constant weights,
    float[] bias,
    Optional<String> sum,
    Optional<String> summand,
    Activation activation,
    Padding padding) {

  /** What a layer computes. */
  public enum Kind {
    CONVOLUTION,
    /** One filter per channel. */
    DEPTHWISE,
    MATRIX
  }

  /** What a layer ends with. */
  public enum Activation {
    NONE,
    RELU,
    RELU6
  }

  /**
   * How a convolution treats the edges.
   *
   * @param kind {@code SAME}, {@code VALID} or {@code EXPLICIT}
   * @param explicit the eight numbers of TensorFlow's {@code explicit_paddings}; empty unless
   *     explicit
   */
  public record Padding(String kind, List<Long> explicit) {}

  /** Its name. */
  public String name() {
    return operation.getName();
  }

  /** The number of output channels. */
  public int channels() {
    return bias.length;
  }

  /** Whether values outside the input take part, as zeros. */
  public boolean isPadded() {
    return kind != Kind.MATRIX
        && !padding.kind().equals("VALID")
        && (padding.kind().equals("EXPLICIT") // Wider than the filter needs, perhaps.
            || weights.shape().get(0) > 1
            || weights.shape().get(1) > 1);
  }

  /** The same layer with other numbers. */
  public Layer with(Constant otherWeights, float[] otherBias) {
    return new Layer(
        operation, kind, input, output, otherWeights, otherBias, sum, summand, activation, padding);
  }
}
