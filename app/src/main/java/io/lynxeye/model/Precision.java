package io.lynxeye.model;

/** The arithmetic a model is calculated in: {@code precision} in a manifest. */
public enum Precision {
  /** bfloat16 where the processor multiplies it in its matrix units and the model bears it. */
  AUTO,
  /** 32-bit floating point, whatever the processor can do. */
  FP32,
  /** bfloat16, except for the last layer and the softmax. */
  BF16;

  /** Its name in manifests and answers: {@code auto}, {@code fp32}, {@code bf16}. */
  @Override
  public String toString() {
    return switch (this) {
      case AUTO -> "auto";
      case FP32 -> "fp32";
      case BF16 -> "bf16";
    };
  }

  /**
   * @throws IllegalArgumentException whose message names the key and what it may be
   */
  static Precision parse(String text) {
    for (Precision precision : values()) {
      if (precision.toString().equalsIgnoreCase(text.trim())) {
        return precision;
      }
    }
    throw new IllegalArgumentException("precision=" + text + " is none of auto, fp32 and bf16");
  }
}
