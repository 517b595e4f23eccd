package io.lynxeye.translators.image;

/** The orientation tag in a TIFF-structured EXIF block, and what it means. */
public final class ExifOrientation {

  private static final int TAG = 0x0112;
  private static final String PREFIX = "Exif\0\0";

  private ExifOrientation() {}

  /**
   * The orientation in the EXIF block at {@code start}, or 1 when it is missing or invalid: a photo
   * with broken metadata is still a photo.
   */
  public static int read(EncodedBytes bytes, int start, int end) {
    return Math.max(1, find(bytes, start, end));
  }

  /**
   * The orientation in the EXIF block at {@code start}, which may begin with {@code Exif\0\0} in
   * any format, as programs write both forms; 1 when its value is invalid, 0 when it is missing.
   */
  static int find(EncodedBytes bytes, int start, int end) {
    int block = start + (bytes.hasText(start, PREFIX) ? PREFIX.length() : 0);
    if (!TiffDirectory.isAt(bytes, block)) {
      return 0;
    }
    try {
      return find(TiffDirectory.read(bytes, block, end));
    } catch (InvalidImageException e) {
      return 0;
    }
  }

  /** The orientation in a directory; 1 when its value is invalid, 0 when it is missing. */
  static int find(TiffDirectory directory) throws InvalidImageException {
    long value = directory.value(TAG, 0);
    return value <= 8 ? (int) value : 1;
  }

  /** Whether stored rows are displayed as columns. */
  public static boolean isTransposed(int orientation) {
    return orientation >= 5;
  }

  /** Whether the first stored pixel is displayed at the right. */
  public static boolean isMirroredX(int orientation) {
    return orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  }

  /** Whether the first stored pixel is displayed at the bottom. */
  public static boolean isMirroredY(int orientation) {
    return orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  }

  /** Turns a stored image upright; returns the same image for orientation 1. */
  public static RgbImage upright(RgbImage stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    int width = stored.width();
    int height = stored.height();
    boolean transposed = isTransposed(orientation);
    // Where the stored pixel (0, 0) goes, and how far one step right or down moves it.
    boolean mirrorX = isMirroredX(orientation);
    boolean mirrorY = isMirroredY(orientation);
    int outWidth = transposed ? height : width;
    int outHeight = transposed ? width : height;
    int right = mirrorX ? -3 : 3;
    int down = 3 * outWidth * (mirrorY ? -1 : 1);
    int origin =
        (mirrorX ? 3 * (outWidth - 1) : 0) + (mirrorY ? 3 * outWidth * (outHeight - 1) : 0);
    int stepX = transposed ? down : right;
    int stepY = transposed ? right : down;
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    int in = 0;
    for (int y = 0; y < height; y++) {
      int out = origin + y * stepY;
      for (int x = 0; x < width; x++) {
        to[out] = from[in];
        to[out + 1] = from[in + 1];
        to[out + 2] = from[in + 2];
        in += 3;
        out += stepX;
      }
    }
    return new RgbImage(outWidth, outHeight, to);
  }
}
