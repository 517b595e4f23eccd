package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;

/**
 * The first frame of a GIF, on a canvas as large as the whole animation. What follows the frame is
 * not read: it can be cut off.
 *
 * @param left column of the frame on the canvas
 * @param top row of the frame on the canvas
 * @param palette position of the frame's colours, local or global, or -1: indexes are gray levels
 * @param colors number of colours
 * @param transparent index of the transparent colour, or -1
 * @param data position of the compressed pixels, at their minimum code size
 */
public record GifImage(
    EncodedBytes bytes,
    int width,
    int height,
    int left,
    int top,
    int frameWidth,
    int frameHeight,
    boolean interlaced,
    int palette,
    int colors,
    int transparent,
    int data)
    implements EncodedImage {

  /** Reads everything before the pixels of the first frame. */
  public static GifImage parse(byte[] encoded) throws InvalidImageException {
    EncodedBytes bytes = new EncodedBytes("GIF", encoded);
    int flags = bytes.u8(10);
    int globalColors = colors(flags);
    int at = 13 + 3 * globalColors;
    int transparent = -1;
    while (bytes.u8(at) != 0x2c) {
      if (bytes.u8(at) == 0) { // Some programs write an empty sub-block too many.
        at++;
        continue;
      }
      if (bytes.u8(at) != 0x21) {
        throw bytes.corrupt("it holds no image");
      }
      if (bytes.u8(at + 1) == 0xf9 && bytes.u8(at + 2) == 4) {
        transparent = (bytes.u8(at + 3) & 1) == 1 ? bytes.u8(at + 6) : -1;
      }
      at = skipBlocks(bytes, at + 2);
    }
    int left = bytes.u16le(at + 1);
    int top = bytes.u16le(at + 3);
    int frameWidth = bytes.u16le(at + 5);
    int frameHeight = bytes.u16le(at + 7);
    int frameFlags = bytes.u8(at + 9);
    int localColors = colors(frameFlags);
    int colors = localColors > 0 ? localColors : globalColors;
    int palette = localColors > 0 ? at + 10 : globalColors > 0 ? 13 : -1;
    int data = at + 10 + 3 * localColors;
    bytes.require(data, 1);
    int width = Math.max(bytes.u16le(6), left + frameWidth);
    int height = Math.max(bytes.u16le(8), top + frameHeight);
    if (frameWidth == 0 || frameHeight == 0) {
      throw bytes.corrupt("its first frame has no pixels");
    }
    return new GifImage(
        bytes,
        width,
        height,
        left,
        top,
        frameWidth,
        frameHeight,
        (frameFlags & 0x40) != 0,
        palette,
        palette < 0 ? 256 : colors,
        transparent,
        data);
  }

  private static int colors(int flags) {
    return (flags & 0x80) == 0 ? 0 : 2 << (flags & 7);
  }

  /** The position after a chain of sub-blocks: each begins with its length, the last has 0. */
  private static int skipBlocks(EncodedBytes bytes, int at) throws InvalidImageException {
    while (bytes.u8(at) != 0) {
      at += 1 + bytes.u8(at);
    }
    return at + 1;
  }

  /** Pixels are written directly into the result; the code table is small. */
  @Override
  public long workingBytes() {
    return GifPixels.TABLE_BYTES;
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return new GifPixels(this).decode();
  }
}
