package io.lynxeye.translators.image;

/** The orientation tag in a TIFF-structured EXIF block. */
public final class ExifOrientation {

  private static final int TAG = 0x0112;

  private ExifOrientation() {}

  /**
   * The orientation in the EXIF block that begins with its byte order mark at {@code start}, or 1
   * when it is missing or invalid: a photo with broken metadata is still a photo.
   */
  public static int read(EncodedBytes bytes, int start, int end) {
    try {
      if (bytes.hasText(start, "II*\0")) {
        return find(bytes, start, end, true);
      }
      return bytes.hasText(start, "MM\0*") ? find(bytes, start, end, false) : 1;
    } catch (InvalidImageException e) {
      return 1;
    }
  }

  private static int find(EncodedBytes bytes, int start, int end, boolean little)
      throws InvalidImageException {
    long directory =
        start + (little ? bytes.u32le(start + 4) : Integer.toUnsignedLong(bytes.i32be(start + 4)));
    if (directory + 2 > end) {
      return 1;
    }
    int at = (int) directory;
    int entries = u16(bytes, at, little);
    for (int i = 0; i < entries; i++) {
      int entry = at + 2 + 12 * i;
      if (entry + 12 > end) {
        return 1;
      }
      if (u16(bytes, entry, little) == TAG) {
        int value = u16(bytes, entry + 8, little);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  private static int u16(EncodedBytes bytes, int at, boolean little) throws InvalidImageException {
    return little ? bytes.u16le(at) : bytes.u16be(at);
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
