package io.lynxeye.translators.postprocess;

/** Converts logits to probabilities. */
public final class Softmax {

  private Softmax() {}

  /**
   * Replaces {@code length} logits from {@code offset} on by probabilities that sum to 1. Does not
   * overflow for large logits; a NaN or a positive infinity among them makes all of them NaN.
   */
  public static void inPlace(float[] values, int offset, int length) {
    float highest = Float.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + length; i++) {
      highest = Math.max(highest, values[i]);
    }
    double sum = 0;
    for (int i = offset; i < offset + length; i++) {
      double power = Math.exp((double) values[i] - highest);
      values[i] = (float) power;
      sum += power;
    }
    for (int i = offset; i < offset + length; i++) {
      values[i] = (float) (values[i] / sum);
    }
  }
}
