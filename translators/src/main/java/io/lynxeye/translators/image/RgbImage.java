package io.lynxeye.translators.image;

/**
 * A decoded image, upright.
 *
 * @param width columns, at least 1
 * @param height rows, at least 1
 * @param rgb red, green, blue of each pixel, 8 bit unsigned, row by row from the top left; length
 *     {@code 3 * width * height}; not copied, so it must not change
 */
@SuppressWarnings("ArrayRecordComponent") // a copy of 150 MB would defeat the memory budget
public record RgbImage(int width, int height, byte[] rgb) implements PixelRows {

  /** Throws {@link IllegalArgumentException} when the array does not hold this many pixels. */
  public RgbImage {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          rgb.length + " bytes do not hold " + width + " x " + height + " RGB pixels");
    }
  }

  /** A channel value of 0 to 255 composited on white. */
  public static int onWhite(int value, int alpha) {
    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  @Override
  public void read(int row, int column, int columns, byte[] target) {
    System.arraycopy(rgb, 3 * (row * width + column), target, 0, 3 * columns);
  }

  /** Does nothing: the garbage collector frees the pixels. */
  @Override
  public void close() {}
}
