package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.ExifOrientation;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;

/**
 * A WebP; of an animated one, the first frame.
 *
 * @param pixels position of the chunk with the pixels: {@code "VP8 "} (lossy) or {@code "VP8L"}
 * @param alpha position of the chunk with the transparency of a lossy image, or -1
 */
public record WebpImage(
    EncodedBytes bytes, int width, int height, int pixels, int alpha, int orientation)
    implements EncodedImage {

  private static final int FIRST_CHUNK = 12;

  /** Memory of the reader; measured as the smallest heap that decodes 12 megapixels. */
  private static final int BYTES_PER_PIXEL = 10;

  private static final long MAX_GROUPS = 1 << 16;
  private static final long GROUP_BITS = 20; // The shortest: five codes of one symbol.
  private static final long SPARE_GROUPS = 512; // What the reader may read past the end.
  private static final long GROUP_BYTES = 6_000; // Measured: 65,536 groups took 360 MB.

  /** Locates the chunks and reads the size. */
  public static WebpImage parse(byte[] data) throws InvalidImageException {
    EncodedBytes bytes = new EncodedBytes("WebP", data);
    long riffEnd = 8 + bytes.u32le(4);
    bytes.require(0, riffEnd);
    int end = (int) riffEnd;
    int pixels = -1;
    int alpha = -1;
    int orientation = 1;
    int at = FIRST_CHUNK;
    while (at + 8 <= end) {
      if (bytes.hasText(at, "ANMF")) {
        if (pixels < 0) {
          at += 8 + 16;
          continue;
        }
      } else if (bytes.hasText(at, "VP8 ") || bytes.hasText(at, "VP8L")) {
        pixels = pixels < 0 ? at : pixels;
      } else if (bytes.hasText(at, "ALPH")) {
        alpha = pixels < 0 ? at : alpha;
      } else if (bytes.hasText(at, "EXIF")) {
        int start = at + 8 + (bytes.hasText(at + 8, "Exif\0\0") ? 6 : 0);
        orientation = ExifOrientation.read(bytes, start, chunkEnd(bytes, at));
      }
      at = chunkEnd(bytes, at);
    }
    if (pixels < 0) {
      throw bytes.corrupt("it holds no pixels");
    }
    boolean lossless = bytes.hasText(pixels, "VP8L");
    int size = lossless ? bytes.i32le(pixels + 9) : bytes.i32le(pixels + 14);
    int width = lossless ? (size & 0x3fff) + 1 : size & 0x3fff;
    int height = lossless ? (size >>> 14 & 0x3fff) + 1 : size >>> 16 & 0x3fff;
    if (width == 0 || height == 0) {
      throw bytes.wrongSize(width, height);
    }
    return new WebpImage(bytes, width, height, pixels, lossless ? -1 : alpha, orientation);
  }

  /** The position after a chunk: name, length, data padded to an even length. */
  static int chunkEnd(EncodedBytes bytes, int at) throws InvalidImageException {
    long length = bytes.u32le(at + 4);
    bytes.require(at + 8, length);
    return (int) (at + 8 + length + length % 2);
  }

  @Override
  public long workingBytes() {
    return bytes.length() + BYTES_PER_PIXEL * (long) width * height + tableBytes();
  }

  /**
   * Lossless data, including an alpha channel, can declare as many groups of five prefix codes as
   * fit into it, whatever the size of the image; the reader builds tables for all of them.
   */
  private long tableBytes() {
    boolean hasCodes = alpha >= 0 || bytes.hasText(pixels, "VP8L");
    return hasCodes
        ? Math.min(MAX_GROUPS, 8L * bytes.length() / GROUP_BITS + SPARE_GROUPS) * GROUP_BYTES
        : 0;
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return WebpPixels.decode(this);
  }
}
