package io.lynxeye.serving.manifest;

import java.util.Arrays;
import java.util.Locale;

/** The arithmetic of a model: {@code precision} in a manifest. */
public enum Precision {
  /** The fastest that is measured here and keeps the model accurate. */
  AUTO,
  /** 32-bit floating point on any processor. */
  FP32,
  /** bfloat16, except for the last layer and the softmax. */
  BF16,
  /** 8-bit integers: the int8 variant in the version's folder. */
  INT8;

  /**
   * Its name in manifests and responses: {@code auto}, {@code fp32}, {@code bf16}, {@code int8}.
   */
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
                    "precision=" + text + " is not one of auto, fp32, bf16 and int8"));
  }
}
