package io.lynxeye.quantizer.rewrite;

/**
 * The values of an activation, per channel, over all calibration inputs.
 *
 * @param min the smallest of each channel
 * @param max the largest
 * @param mean the mean over all positions
 */
@SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
public record ChannelRange(float[] min, float[] max, float[] mean) {

  boolean isPositive() {
    for (float value : min) {
      if (value < 0) {
        return false;
      }
    }
    return true;
  }

  /** The largest value. */
  float largest() {
    float largest = 0;
    for (float value : max) {
      largest = Math.max(largest, value);
    }
    return largest;
  }

  /** The largest absolute value. */
  float magnitude() {
    float largest = largest();
    for (float value : min) {
      largest = Math.max(largest, -value);
    }
    return largest;
  }

  /** The largest absolute value of a channel. */
  float magnitude(int channel) {
    return Math.max(max[channel], -min[channel]);
  }

  /** What must be added to each channel so that none is negative. */
  float[] shift() {
    float[] shift = new float[min.length];
    for (int i = 0; i < shift.length; i++) {
      shift[i] = Math.max(0, -min[i]);
    }
    return shift;
  }

  /** The range after something was added to each channel. */
  ChannelRange plus(float[] shift) {
    float[] low = min.clone();
    float[] high = max.clone();
    float[] middle = mean.clone();
    for (int i = 0; i < shift.length; i++) {
      low[i] += shift[i];
      high[i] += shift[i];
      middle[i] += shift[i];
    }
    return new ChannelRange(low, high, middle);
  }

  /**
   * A wider range, with the same mean: each end that lies away from zero moves further away.
   *
   * @param factor at least 1
   */
  public ChannelRange widened(double factor) {
    float[] low = min.clone();
    float[] high = max.clone();
    for (int i = 0; i < low.length; i++) {
      low[i] = Math.min(low[i], low[i] * (float) factor);
      high[i] = Math.max(high[i], high[i] * (float) factor);
    }
    return new ChannelRange(low, high, mean);
  }

  /** The range after each channel was divided by something positive. */
  ChannelRange dividedBy(float[] scale) {
    float[] low = min.clone();
    float[] high = max.clone();
    float[] middle = mean.clone();
    for (int i = 0; i < scale.length; i++) {
      low[i] /= scale[i];
      high[i] /= scale[i];
      middle[i] /= scale[i];
    }
    return new ChannelRange(low, high, middle);
  }
}
