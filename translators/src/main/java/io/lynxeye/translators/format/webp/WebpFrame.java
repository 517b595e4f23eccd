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
 * @param alphaChunk position of the chunk with the alpha channel of a lossy frame, or -1
 * @param pixelChunk position of the chunk with the pixels
 * @param end position after it
 * @param hasAlpha whether pixels can be transparent
 */
record WebpFrame(
    int x,
    int y,
    int width,
    int height,
    int alphaChunk,
    int pixelChunk,
    int end,
    boolean hasAlpha) {

  private static final int LOSSLESS_HEADER = 5;
  private static final int ALPHA_IS_LOSSLESS = 1;

  // What libwebp 1.6 allocates, rounded up: its structures, and rows of macroblocks with their
  // coefficients, modes and filter borders. Lossless: 17 rows next to the pixels.
  private static final long FIXED_BYTES = 96 << 10;
  private static final long LOSSY_BYTES_PER_COLUMN = 160;
  private static final long LOSSLESS_BYTES_PER_COLUMN = 4 * 17;

  /** Whether the chunk has the pixels of a frame. */
  static boolean isPixels(EncodedBytes bytes, int at) {
    return bytes.hasText(at, "VP8 ") || isLossless(bytes, at);
  }

  private static boolean isLossless(EncodedBytes bytes, int at) {
    return bytes.hasText(at, "VP8L");
  }

  /** Reads the header of a frame's data; see the parameters of the record. */
  static WebpFrame parse(EncodedBytes bytes, int x, int y, int alphaChunk, int pixelChunk, int end)
      throws InvalidImageException {
    int data = pixelChunk + WebpContainer.CHUNK_HEADER;
    if (isLossless(bytes, pixelChunk)) {
      int header = bytes.i32le(data + 1);
      int width = (header & 0x3fff) + 1;
      int height = (header >>> 14 & 0x3fff) + 1;
      boolean hasAlpha = (header >>> 28 & 1) == 1;
      return new WebpFrame(x, y, width, height, -1, pixelChunk, end, hasAlpha);
    }
    int size = bytes.i32le(data + 6);
    int width = size & 0x3fff;
    int height = size >>> 16 & 0x3fff;
    if (width == 0 || height == 0) {
      throw bytes.wrongSize(width, height);
    }
    return new WebpFrame(x, y, width, height, alphaChunk, pixelChunk, end, alphaChunk >= 0);
  }

  /** Position of what libwebp decodes, which ends at {@link #end}. */
  int start() {
    return alphaChunk < 0 ? pixelChunk : alphaChunk;
  }

  /** Bytes per pixel that libwebp writes: red, green, blue, and alpha if pixels have it. */
  int channels() {
    return hasAlpha ? 4 : 3;
  }

  /**
   * The most native memory that libwebp, its input and its output need, in bytes.
   *
   * @param bytes the file of this frame
   */
  long decodeBytes(EncodedBytes bytes) throws InvalidImageException {
    int data = pixelChunk + WebpContainer.CHUNK_HEADER;
    long decoder =
        isLossless(bytes, pixelChunk)
            ? losslessBytes(bytes, data + LOSSLESS_HEADER, end)
            : LOSSY_BYTES_PER_COLUMN * width + alphaBytes(bytes);
    return end - start() + (long) channels() * width * height + decoder + FIXED_BYTES;
  }

  /** Two planes, and a decoder like that of a lossless frame if the channel is compressed. */
  private long alphaBytes(EncodedBytes bytes) throws InvalidImageException {
    if (alphaChunk < 0) {
      return 0;
    }
    int data = alphaChunk + WebpContainer.CHUNK_HEADER;
    int alphaEnd = (int) WebpContainer.chunkEnd(bytes, alphaChunk);
    long planes = 2L * width * height;
    return (bytes.u8(data) & 3) == ALPHA_IS_LOSSLESS
        ? planes + losslessBytes(bytes, data + 1, alphaEnd)
        : planes;
  }

  private long losslessBytes(EncodedBytes bytes, int from, int to) throws InvalidImageException {
    return 4L * width * height
        + LOSSLESS_BYTES_PER_COLUMN * width
        + new LosslessHeader(bytes, from, to, width, height).tableBytes();
  }
}
