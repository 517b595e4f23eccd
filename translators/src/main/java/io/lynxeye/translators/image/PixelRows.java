package io.lynxeye.translators.image;

/**
 * A decoded image whose rows are read one at a time, from the heap or from native memory. Used by
 * one thread.
 */
public interface PixelRows extends AutoCloseable {

  /** Columns, at least 1. */
  int width();

  /** Rows, at least 1. */
  int height();

  /**
   * Copies part of a row: red, green and blue of each pixel, 8 bit unsigned, into the beginning of
   * {@code rgb}.
   *
   * @param row 0 is the top row
   * @param column the first column
   * @param columns number of columns; {@code rgb} has at least three bytes for each
   */
  void read(int row, int column, int columns, byte[] rgb);

  /** Frees the pixels; they cannot be read afterwards. */
  @Override
  void close();
}
