package io.lynxeye.serving.tensors;

import java.util.Locale;

/** Element types, by their names in the Open Inference Protocol. */
public enum Datatype {
  BOOL("bool"),
  UINT8("uint8"),
  INT8("int8"),
  INT32("int32"),
  INT64("int64"),
  FP32("float"),
  FP64("double"),
  /** Strings of bytes: encoded images. */
  BYTES("string");

  private final String tensorFlow;

  Datatype(String tensorFlow) {
    this.tensorFlow = tensorFlow;
  }

  /**
   * The datatype of a model's tensor.
   *
   * @param type TensorFlow's name of it: {@code float}
   * @throws IllegalArgumentException when no datatype has this name
   */
  public static Datatype of(String type) {
    for (Datatype datatype : values()) {
      if (datatype.tensorFlow.equals(type)) {
        return datatype;
      }
    }
    throw new IllegalArgumentException("no datatype for " + type);
  }

  /** TensorFlow's name: {@code float}. */
  String tensorFlowType() {
    return tensorFlow;
  }

  /** The name in signatures in TensorFlow's JSON: {@code DT_FLOAT}. */
  public String tensorFlowName() {
    return "DT_" + tensorFlow.toUpperCase(Locale.ROOT);
  }
}
