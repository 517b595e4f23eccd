package io.lynxeye.translators;

/** What a resize needs besides source and result, used again by the next. For one at a time. */
final class ResizeScratch {

  private byte[] encoded = {};
  private float[][] source = {};
  private float[] mixed = {};
  private float[] resized = {};

  /**
   * Makes room.
   *
   * @param columns of the source
   * @param taps source rows that are needed at once
   * @param length pixels of a resized row
   */
  void fit(int columns, int taps, int length) {
    if (encoded.length < 3 * columns) {
      encoded = new byte[3 * columns];
      mixed = new float[3 * columns];
    }
    // By what this picture needs, not by the widest so far: many taps of a narrow one are little.
    if (source.length < taps || source[0].length < 3 * columns) {
      source = new float[taps][3 * columns];
    }
    if (resized.length < 3 * length) {
      resized = new float[3 * length];
    }
  }

  /** What {@link #fit} takes, in bytes. */
  static long bytes(long columns, long taps, long length) {
    return 3 * columns + 12 * (columns * (taps + 1) + length);
  }

  /** What it holds, in bytes. */
  long bytes() {
    long rows = source.length == 0 ? 0 : (long) source.length * source[0].length;
    return encoded.length + 4 * (mixed.length + rows + resized.length);
  }

  /** A source row as it comes. */
  byte[] encoded() {
    return encoded;
  }

  /** One of the source rows needed at once, as floats. */
  float[] source(int slot) {
    return source[slot];
  }

  /** Source rows, added up to a row of the result's height. */
  float[] mixed() {
    return mixed;
  }

  /** A row of the result. */
  float[] resized() {
    return resized;
  }
}
