package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import java.util.Set;

/**
 * An uncompressed BMP.
 *
 * @param bottomUp whether the first stored row is the lowest
 * @param palette position of the palette, or -1 when pixels hold their colour themselves
 * @param colors number of palette entries
 * @param entryBytes bytes per palette entry
 * @param pixels position of the first stored row
 * @param masks which bits of a pixel are red, green, blue and alpha
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BmpImage(
    EncodedBytes bytes,
    int width,
    int height,
    boolean bottomUp,
    int bitsPerPixel,
    int palette,
    int colors,
    int entryBytes,
    int pixels,
    int[] masks)
    implements EncodedImage {

  private static final Set<Integer> DEPTHS = Set.of(1, 4, 8, 16, 24, 32);
  private static final int[] FIVE_BITS = {0x7c00, 0x3e0, 0x1f, 0};
  private static final int[] EIGHT_BITS = {0xff0000, 0xff00, 0xff, 0};

  /** Reads the header. */
  public static BmpImage parse(byte[] data) throws InvalidImageException {
    EncodedBytes bytes = new EncodedBytes("BMP", data);
    int pixels = bytes.i32le(10);
    int headerSize = bytes.i32le(14);
    boolean old = headerSize == 12;
    int width = old ? bytes.u16le(18) : bytes.i32le(18);
    int height = old ? bytes.u16le(20) : bytes.i32le(22);
    int bits = bytes.u16le(old ? 24 : 28);
    int compression = old ? 0 : bytes.i32le(30);
    if (headerSize != 12 && (headerSize < 40 || headerSize > 1024)) {
      throw bytes.corrupt("its header has the wrong length");
    }
    if (compression != 0 && compression != 3) {
      throw InvalidImageException.unsupported("A compressed BMP");
    }
    if (width < 1 || height == 0 || height == Integer.MIN_VALUE) {
      throw bytes.wrongSize(width, height);
    }
    if (!DEPTHS.contains(bits) || (compression == 3 && bits < 16)) {
      throw bytes.corrupt("its header has an invalid bit depth");
    }
    int colors = 0;
    if (bits <= 8) {
      int used = old ? 0 : bytes.i32le(46);
      colors = used < 1 || used > 1 << bits ? 1 << bits : used;
      bytes.require(14L + headerSize, (long) colors * (old ? 3 : 4));
    }
    return new BmpImage(
        bytes,
        width,
        Math.abs(height),
        height > 0,
        bits,
        bits <= 8 ? 14 + headerSize : -1,
        colors,
        old ? 3 : 4,
        pixels,
        masks(bytes, bits, compression, headerSize));
  }

  private static int[] masks(EncodedBytes bytes, int bits, int compression, int headerSize)
      throws InvalidImageException {
    if (compression == 0) {
      return bits == 16 ? FIVE_BITS : EIGHT_BITS;
    }
    int alpha = headerSize >= 56 ? bytes.i32le(66) : 0;
    return new int[] {bytes.i32le(54), bytes.i32le(58), bytes.i32le(62), alpha};
  }

  /** Pixels are written directly into the result. */
  @Override
  public long workingBytes() {
    return 0;
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return new BmpPixels(this).decode();
  }
}
