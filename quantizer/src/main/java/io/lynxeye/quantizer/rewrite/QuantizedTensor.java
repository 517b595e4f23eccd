package io.lynxeye.quantizer.rewrite;

import java.util.Optional;
import org.tensorflow.proto.DataType;

/**
 * A value in 8 bits in a graph: three outputs.
 *
 * @param values the 8-bit numbers
 * @param min the smallest value that they can stand for
 * @param max the largest
 * @param type {@code DT_QUINT8} for values from 0 on, {@code DT_QINT8} for signed ones
 * @param shift what was added to each channel so that all are positive
 */
record QuantizedTensor(
    String values, String min, String max, DataType type, Optional<float[]> shift) {

  static QuantizedTensor of(String node, DataType type, Optional<float[]> shift) {
    return new QuantizedTensor(node, node + ":1", node + ":2", type, shift);
  }

  boolean isUnsigned() {
    return type == DataType.DT_QUINT8;
  }
}
