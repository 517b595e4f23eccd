package io.lynxeye.translators;

/**
 * A decoded picture whose rows are read one at a time, wherever they lie. Belongs to one thread.
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
   * @param row 0 is the uppermost
   * @param column the first one wanted
   * @param columns how many; {@code rgb} holds three bytes for each at least
   */
  void read(int row, int column, int columns, byte[] rgb);

  /** Frees the pixels, which cannot be read any more. */
  @Override
  void close();
}
