package io.lynxeye.engine.jpeg;

import com.sun.jna.Pointer;
import io.lynxeye.translators.image.PixelRows;
import java.util.function.Consumer;

/** RGB pixels in native memory, row by row. */
final class NativeRows implements PixelRows {

  private final Pointer pixels;
  private final int width;
  private final int height;
  private final Consumer<Pointer> free;
  private boolean closed;

  /**
   * @param free frees the pixels; called once
   */
  NativeRows(Pointer pixels, int width, int height, Consumer<Pointer> free) {
    this.pixels = pixels;
    this.width = width;
    this.height = height;
    this.free = free;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public void read(int row, int column, int columns, byte[] rgb) {
    if (closed || row < 0 || row >= height || column < 0 || column + columns > width) {
      throw new IndexOutOfBoundsException("row " + row + ", column " + column + "+" + columns);
    }
    pixels.read(3L * ((long) row * width + column), rgb, 0, 3 * columns);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      free.accept(pixels);
    }
  }
}
