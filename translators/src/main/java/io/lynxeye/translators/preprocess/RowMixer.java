package io.lynxeye.translators.preprocess;

import io.lynxeye.translators.image.PixelRows;
import java.util.Arrays;

/**
 * Resizes vertically: result rows are weighted sums of source rows, from the top. Comes before the
 * horizontal resize, because processors add whole rows of floats fastest. Every source row is read
 * and converted once.
 */
final class RowMixer {

  private final PixelRows source;
  private final ResizeTaps rows;
  private final int column;
  private final int columns;
  private final ResizeScratch scratch;
  private int next;

  /**
   * Begins at the top.
   *
   * @param column the first source column needed
   * @param columns number of columns needed
   * @param scratch large enough for them
   */
  RowMixer(PixelRows source, ResizeTaps rows, int column, int columns, ResizeScratch scratch) {
    this.source = source;
    this.rows = rows;
    this.column = column;
    this.columns = columns;
    this.scratch = scratch;
  }

  /**
   * Row number {@code y} of the result; rows are requested in order.
   *
   * @return valid until the next call
   */
  float[] mix(int y) {
    int first = rows.first(y);
    int end = rows.end(y);
    next = Math.max(next, first);
    while (next < end) {
      load(next++);
    }
    int length = 3 * columns;
    float[] mixed = scratch.mixed();
    if (first == end) {
      Arrays.fill(mixed, 0, length, 0);
      return mixed;
    }
    set(mixed, slot(first), rows.weight(y, first), length);
    for (int row = first + 1; row < end; row++) {
      add(mixed, slot(row), rows.weight(y, row), length);
    }
    return mixed;
  }

  private float[] slot(int row) {
    return scratch.source(row % rows.most());
  }

  private void load(int row) {
    byte[] bytes = scratch.encoded();
    source.read(row, column, columns, bytes);
    convert(bytes, slot(row), 3 * columns);
  }

  private static void convert(byte[] bytes, float[] floats, int length) {
    for (int i = 0; i < length; i++) {
      floats[i] = bytes[i] & 0xff;
    }
  }

  private static void set(float[] sum, float[] row, float weight, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] = weight * row[i];
    }
  }

  private static void add(float[] sum, float[] row, float weight, int length) {
    for (int i = 0; i < length; i++) {
      sum[i] += weight * row[i];
    }
  }
}
