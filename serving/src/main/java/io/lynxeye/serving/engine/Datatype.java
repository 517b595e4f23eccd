package io.lynxeye.serving.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Element types, by their names in the Open Inference Protocol. */
public enum Datatype {
  BOOL("bool", 1),
  UINT8("uint8", 1),
  UINT16("uint16", 2),
  UINT32("uint32", 4),
  UINT64("uint64", 8),
  INT8("int8", 1),
  INT16("int16", 2),
  INT32("int32", 4),
  INT64("int64", 8),
  FP16("half", 2),
  BF16("bfloat16", 2),
  FP32("float", 4),
  FP64("double", 8),
  /** Strings of bytes, such as encoded images. */
  BYTES("string", 0);

  private final String tensorFlow;
  private final int size;

  Datatype(String tensorFlow, int size) {
    this.tensorFlow = tensorFlow;
    this.size = size;
  }

  /**
   * The datatype with this name in TensorFlow: {@code float}. Empty for types that no protocol
   * carries, such as {@code complex64} and {@code resource}.
   */
  public static Optional<Datatype> of(String tensorFlow) {
    return Arrays.stream(values()).filter(type -> type.tensorFlow.equals(tensorFlow)).findFirst();
  }

  /** The datatype with this name in the Open Inference Protocol; empty if it is unknown. */
  public static Optional<Datatype> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** TensorFlow's name: {@code float}. */
  public String tensorFlowType() {
    return tensorFlow;
  }

  /** The name in signatures in TensorFlow's JSON: {@code DT_FLOAT}. */
  public String tensorFlowName() {
    return "DT_" + tensorFlow.toUpperCase(Locale.ROOT);
  }

  /** Bytes of one element; 0 for strings, which vary. */
  public int bytes() {
    return size;
  }

  /** Whether its elements have fractions. */
  public boolean isFloat() {
    return this == FP16 || this == BF16 || this == FP32 || this == FP64;
  }
}
