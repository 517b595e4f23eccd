package io.lynxeye.translators.preprocess;

/**
 * The source samples, with their weights, of each output sample along one axis.
 *
 * <p>A triangle filter, one source sample wide when enlarging and one output sample wide when
 * shrinking, with sample centres at half positions: Pillow's BILINEAR. Covers only the outputs
 * inside a window; an output outside the resized axis has no taps.
 */
final class ResizeTaps {

  private final int[] first;
  private final int[] count;
  private final float[] weights;
  private final int stride;
  private final int begin;
  private final int end;

  /**
   * Computes {@code length} outputs, beginning with number {@code start}, of an axis that is
   * resized to {@code to} samples.
   *
   * @param from number of source samples
   * @param extent the part of them that the image fills: a fraction less than {@code from} if the
   *     last sample reaches beyond the image's edge
   */
  ResizeTaps(int from, double extent, long to, long start, int length) {
    double scale = extent / to;
    double support = Math.max(1, scale);
    first = new int[length];
    count = new int[length];
    stride = (int) Math.min(from, 2 * (long) Math.ceil(support) + 1);
    weights = new float[length * stride];
    double[] exact = new double[stride];
    int lowest = from;
    int highest = 0;
    for (int i = 0; i < length; i++) {
      long position = start + i;
      if (position < 0 || position >= to) {
        first[i] = position < 0 ? 0 : from;
        continue;
      }
      double center = (position + 0.5) * scale;
      int low = (int) Math.max(0, center - support + 0.5);
      int high = (int) Math.min(from, center + support + 0.5);
      double sum = 0;
      for (int tap = low; tap < high; tap++) {
        double distance = Math.abs(tap + 0.5 - center) / support;
        exact[tap - low] = Math.max(0, 1 - distance);
        sum += exact[tap - low];
      }
      int leading = 0;
      while (exact[leading] == 0) {
        leading++;
      }
      int trailing = high - low;
      while (exact[trailing - 1] == 0) {
        trailing--;
      }
      first[i] = low + leading;
      count[i] = trailing - leading;
      for (int tap = 0; tap < count[i]; tap++) {
        weights[i * stride + tap] = (float) (exact[leading + tap] / sum);
      }
      lowest = Math.min(lowest, first[i]);
      highest = Math.max(highest, end(i));
    }
    begin = Math.min(lowest, highest);
    end = highest;
  }

  int length() {
    return first.length;
  }

  /** The maximum number of taps of an output. */
  int most() {
    return stride;
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

  /** The first source sample that any output needs. */
  int begin() {
    return begin;
  }

  /** The source sample after the last one that any output needs. */
  int end() {
    return end;
  }

  /**
   * Writes every output of one row of RGB pixels; outputs without taps are black.
   *
   * @param row the pixels from {@link #begin} on
   * @param format how a pixel is normalised, and its position in {@code out}
   */
  void resizeRow(float[] row, RowFormat format, float[] out) {
    int shift = 3 * begin;
    int to = format.origin();
    for (int i = 0; i < first.length; i++) {
      float red = 0;
      float green = 0;
      float blue = 0;
      int in = 3 * first[i] - shift;
      int w = i * stride;
      for (int last = w + count[i]; w < last; w++) {
        float weight = weights[w];
        red += weight * row[in];
        green += weight * row[in + 1];
        blue += weight * row[in + 2];
        in += 3;
      }
      out[to + format.redAt()] = red * format.red().scale() + format.red().offset();
      out[to + format.greenAt()] = green * format.green().scale() + format.green().offset();
      out[to + format.blueAt()] = blue * format.blue().scale() + format.blue().offset();
      to += format.step();
    }
  }
}
