package io.lynxeye.engine;

import io.lynxeye.engine.natives.ProcessEnvironment;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * TensorFlow's rewrite of a float32 graph to bfloat16, on CPUs through oneDNN. The graph's inputs
 * and outputs stay float32.
 */
final class Bfloat16 {

  private static final String LISTS = "TF_AUTO_MIXED_PRECISION_GRAPH_REWRITE_";

  private Bfloat16() {}

  /** Session options that request the rewrite. */
  static GraphOptions rewrite() {
    return GraphOptions.newBuilder()
        .setRewriteOptions(
            RewriterConfig.newBuilder()
                .setAutoMixedPrecisionOnednnBfloat16(RewriterConfig.Toggle.ON))
        .build();
  }

  /**
   * Keeps the last layer (its matrix multiplication) and the softmax in float32: in bfloat16,
   * probabilities would have 8 bits and would not add up. TensorFlow reads this once per process.
   */
  static void keepLastLayerExact() {
    ProcessEnvironment.setDefault(LISTS + "ALLOWLIST_REMOVE", "MatMul");
    ProcessEnvironment.setDefault(LISTS + "INFERLIST_REMOVE", "Softmax,MatMul");
    ProcessEnvironment.setDefault(LISTS + "CLEARLIST_REMOVE", "Softmax");
    ProcessEnvironment.setDefault(LISTS + "DENYLIST_ADD", "MatMul,Softmax");
  }
}
