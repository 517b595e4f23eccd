package io.lynxeye.translators;

/**
 * Which source samples make up each output sample along one axis, and with which weights.
 *
 * <p>A triangle filter, one source sample wide where the axis grows and one output sample wide
 * where it shrinks, with sample centres at half positions: what Pillow calls BILINEAR. Only the
 * outputs inside a window are described; one outside the resized axis has no taps.
 */
final class ResizeTaps {

  private final int[] first;
  private final int[] count;
  private final float[] weights;
  private final int stride;

  /**
   * Describes {@code length} outputs, beginning with number {@code start}, of an axis that is
   * resized from {@code from} to {@code to} samples.
   */
  ResizeTaps(int from, long to, long start, int length) {
    double scale = (double) from / to;
    double support = Math.max(1, scale);
    first = new int[length];
    count = new int[length];
    stride = (int) Math.min(from, 2 * (long) Math.ceil(support) + 1);
    weights = new float[length * stride];
    double[] exact = new double[stride];
    for (int i = 0; i < length; i++) {
      long position = start + i;
      if (position < 0 || position >= to) {
        first[i] = position < 0 ? 0 : from;
        continue;
      }
      double center = (position + 0.5) * scale;
      int begin = (int) Math.max(0, center - support + 0.5);
      int end = (int) Math.min(from, center + support + 0.5);
      double sum = 0;
      for (int tap = begin; tap < end; tap++) {
        double distance = Math.abs(tap + 0.5 - center) / support;
        exact[tap - begin] = Math.max(0, 1 - distance);
        sum += exact[tap - begin];
      }
      int leading = 0;
      while (exact[leading] == 0) {
        leading++;
      }
      int trailing = end - begin;
      while (exact[trailing - 1] == 0) {
        trailing--;
      }
      first[i] = begin + leading;
      count[i] = trailing - leading;
      for (int tap = 0; tap < count[i]; tap++) {
        weights[i * stride + tap] = (float) (exact[leading + tap] / sum);
      }
    }
  }

  int length() {
    return first.length;
  }

  /** The first source sample of an output. */
  int first(int output) {
    return first[output];
  }

  /** The source sample after the last one of an output. */
  int end(int output) {
    return first[output] + count[output];
  }

  float weight(int output, int source) {
    return weights[output * stride + source - first[output]];
  }

  /**
   * Writes every output of one row of RGB pixels that begins at {@code row}; outputs without taps
   * become 0.
   */
  void resizeRow(byte[] rgb, int row, float[] out) {
    int to = 0;
    for (int i = 0; i < first.length; i++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      int in = row + 3 * first[i];
      int taps = count[i];
      int w = i * stride;
      for (int t = 0; t < taps; t++) {
        float weight = weights[w + t];
        red += weight * (rgb[in + 3 * t] & 0xff);
        green += weight * (rgb[in + 3 * t + 1] & 0xff);
        blue += weight * (rgb[in + 3 * t + 2] & 0xff);
      }
      out[to] = red;
      out[to + 1] = green;
      out[to + 2] = blue;
      to += 3;
    }
  }
}
