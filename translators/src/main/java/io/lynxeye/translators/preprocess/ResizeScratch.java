package io.lynxeye.translators.preprocess;

/** Reusable memory of a resize besides its source and result. For one resize at a time. */
public final class ResizeScratch {

  private byte[] encoded = {};
  private float[][] source = {};
  private float[] mixed = {};
  private float[] resized = {};

  /**
   * Grows as needed.
   *
   * @param columns of the source
   * @param taps source rows needed at once
   * @param length pixels of a resized row
   */
  void fit(int columns, int taps, int length) {
    if (encoded.length < 3 * columns) {
      encoded = new byte[3 * columns];
      mixed = new float[3 * columns];
    }
    // Sized for this image, not for the widest so far: many taps of a narrow image are small.
    if (source.length < taps || source[0].length < 3 * columns) {
      source = new float[taps][3 * columns];
    }
    if (resized.length < 3 * length) {
      resized = new float[3 * length];
    }
  }

  /** Memory that {@link #fit} allocates, in bytes. */
  static long bytes(long columns, long taps, long length) {
    return 3 * columns + 12 * (columns * (taps + 1) + length);
  }

  /** Allocated memory, in bytes. */
  public long bytes() {
    long rows = source.length == 0 ? 0 : (long) source.length * source[0].length;
    return encoded.length + 4 * (mixed.length + rows + resized.length);
  }

  /** A source row as bytes. */
  byte[] encoded() {
    return encoded;
  }

  /** One of the source rows that are needed at once, as floats. */
  float[] source(int slot) {
    return source[slot];
  }

  /** The weighted sum of source rows. */
  float[] mixed() {
    return mixed;
  }

  /** A row of the result. */
  float[] resized() {
    return resized;
  }
}
