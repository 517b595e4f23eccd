package io.lynxeye.serving.manifest;

import java.util.Arrays;
import java.util.Locale;

/** The arithmetic of a model: {@code precision} in a manifest. */
public enum Precision {
  /** bfloat16 if the processor has matrix units for it and the model stays accurate. */
  AUTO,
  /** 32-bit floating point on any processor. */
  FP32,
  /** bfloat16, except for the last layer and the softmax. */
  BF16;

  /** Its name in manifests and responses: {@code auto}, {@code fp32}, {@code bf16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException whose message names the key and the valid values
   */
  static Precision parse(String text) {
    return Arrays.stream(values())
        .filter(precision -> precision.name().equalsIgnoreCase(text.trim()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision=" + text + " is not one of auto, fp32 and bf16"));
  }
}
