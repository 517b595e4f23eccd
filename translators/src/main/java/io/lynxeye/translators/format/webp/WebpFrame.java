package io.lynxeye.translators.format.webp;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;

/**
 * One coded frame.
 *
 * @param x column of the canvas at which the frame begins
 * @param y row of the canvas at which the frame begins
 * @param width columns of the frame, 1 to 16,384
 * @param height rows of the frame, 1 to 16,384
 * @param start position of its chunks: that with the alpha channel, if there is one, and that with
 *     the pixels
 * @param end position after them
 * @param hasAlpha whether pixels can be transparent
 * @param decodeBytes the most that libwebp, its input and its output need, in bytes of native
 *     memory
 */
record WebpFrame(
    int x, int y, int width, int height, int start, int end, boolean hasAlpha, long decodeBytes) {

  private static final int ALPHA_IS_LOSSLESS = 1;

  // What libwebp 1.6 allocates, rounded up: its structures, and rows of macroblocks with their
  // coefficients, modes and filter borders. Lossless: 17 rows next to the pixels.
  private static final long FIXED_BYTES = 96 << 10;
  private static final long LOSSY_BYTES_PER_COLUMN = 160;
  private static final long LOSSLESS_BYTES_PER_COLUMN = 4 * 17;

  /** Whether the chunk has the pixels of a frame. */
  static boolean isPixels(EncodedBytes bytes, int at) {
    return bytes.hasText(at, "VP8 ") || bytes.hasText(at, "VP8L");
  }

  /**
   * Reads the header of a frame's data.
   *
   * @param alpha position of the chunk with the alpha channel of a lossy frame, or -1
   * @param pixels position of the chunk with the pixels
   * @param end position after it
   */
  static WebpFrame parse(EncodedBytes bytes, int x, int y, int alpha, int pixels, int end)
      throws InvalidImageException {
    int data = pixels + WebpContainer.CHUNK_HEADER;
    if (bytes.hasText(pixels, "VP8L")) {
      int header = bytes.i32le(data + 1);
      int width = (header & 0x3fff) + 1;
      int height = (header >>> 14 & 0x3fff) + 1;
      boolean hasAlpha = (header >>> 28 & 1) == 1;
      long decoder = losslessBytes(bytes, data + 5, end, width, height);
      long total = total(end - pixels, width, height, hasAlpha, decoder);
      return new WebpFrame(x, y, width, height, pixels, end, hasAlpha, total);
    }
    int size = bytes.i32le(data + 6);
    int width = size & 0x3fff;
    int height = size >>> 16 & 0x3fff;
    if (width == 0 || height == 0) {
      throw bytes.wrongSize(width, height);
    }
    int start = alpha < 0 ? pixels : alpha;
    long decoder = LOSSY_BYTES_PER_COLUMN * width;
    if (alpha >= 0) {
      decoder += alphaBytes(bytes, alpha, width, height);
    }
    long total = total(end - start, width, height, alpha >= 0, decoder);
    return new WebpFrame(x, y, width, height, start, end, alpha >= 0, total);
  }

  private static long total(int input, int width, int height, boolean hasAlpha, long decoder) {
    return input + (long) channels(hasAlpha) * width * height + decoder + FIXED_BYTES;
  }

  /** Two planes, and a decoder like that of a lossless frame if the channel is compressed. */
  private static long alphaBytes(EncodedBytes bytes, int chunk, int width, int height)
      throws InvalidImageException {
    int data = chunk + WebpContainer.CHUNK_HEADER;
    int end = (int) WebpContainer.chunkEnd(bytes, chunk);
    long planes = 2L * width * height;
    return (bytes.u8(data) & 3) == ALPHA_IS_LOSSLESS
        ? planes + losslessBytes(bytes, data + 1, end, width, height)
        : planes;
  }

  private static long losslessBytes(EncodedBytes bytes, int start, int end, int width, int height)
      throws InvalidImageException {
    return 4L * width * height
        + LOSSLESS_BYTES_PER_COLUMN * width
        + new LosslessHeader(bytes, start, end, width, height).tableBytes();
  }

  /** Bytes per pixel that libwebp writes: red, green, blue, and alpha if pixels have it. */
  int channels() {
    return channels(hasAlpha);
  }

  private static int channels(boolean hasAlpha) {
    return hasAlpha ? 4 : 3;
  }
}
