package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;
import java.util.Set;

/**
 * A BMP, uncompressed or with run-length encoding.
 *
 * @param bottomUp whether the first stored row is the lowest
 * @param runLength whether rows are run-length encoded
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
    boolean runLength,
    int palette,
    int colors,
    int entryBytes,
    int pixels,
    int[] masks)
    implements EncodedImage {

  private static final int FILE_HEADER = 14;
  private static final int OLD_HEADER = 12;
  private static final int OS2_HEADER = 64;

  // Values of the compression field.
  private static final int PLAIN = 0;
  private static final int MASKED = 3;

  private static final Set<Integer> DEPTHS = Set.of(1, 4, 8, 16, 24, 32);
  private static final int[] FIVE_BITS = {0x7c00, 0x3e0, 0x1f, 0};
  private static final int[] EIGHT_BITS = {0xff0000, 0xff00, 0xff, 0};

  /** Reads the header. */
  public static BmpImage parse(byte[] data) throws InvalidImageException {
    EncodedBytes bytes = new EncodedBytes("BMP", data);
    int headerSize = bytes.i32le(14);
    boolean old = headerSize == OLD_HEADER;
    int width = old ? bytes.u16le(18) : bytes.i32le(18);
    int height = old ? bytes.u16le(20) : bytes.i32le(22);
    int bits = bytes.u16le(old ? 24 : 28);
    int compression = old ? PLAIN : bytes.i32le(30);
    if (headerSize != OLD_HEADER && (headerSize < 40 || headerSize > 1024)) {
      throw bytes.corrupt("its header has the wrong length");
    }
    if (width < 1 || height == 0 || height == Integer.MIN_VALUE) {
      throw bytes.wrongSize(width, height);
    }
    boolean runLength = (compression == 1 && bits == 8) || (compression == 2 && bits == 4);
    boolean masked = compression == MASKED && headerSize != OS2_HEADER;
    if (compression != PLAIN && compression != 1 && compression != 2 && !masked) {
      throw InvalidImageException.unsupported("A BMP with JPEG, PNG, Huffman or RLE24 inside");
    }
    if (!DEPTHS.contains(bits)
        || (masked && bits < 16)
        || (compression != PLAIN && !masked && !runLength)) {
      throw bytes.corrupt("its header has an invalid bit depth");
    }
    int entryBytes = old ? 3 : 4;
    int colors = 0;
    if (bits <= 8) {
      int used = old ? 0 : bytes.i32le(46);
      colors = used < 1 || used > 1 << bits ? 1 << bits : used;
    }
    int palette = FILE_HEADER + headerSize + (masked && headerSize == 40 ? 12 : 0);
    int afterPalette = palette + colors * entryBytes;
    long size = runLength ? 1 : storedBytes(width, height, bits);
    int pixels = pixels(bytes, palette, afterPalette, size);
    bytes.require(palette, Math.min(pixels, afterPalette) - palette);
    int available = Math.min(colors, (pixels - palette) / entryBytes);
    if (bits <= 8 && available == 0) {
      throw bytes.corrupt("its palette is missing");
    }
    return new BmpImage(
        bytes,
        width,
        Math.abs(height),
        height > 0,
        bits,
        runLength,
        bits <= 8 ? palette : -1,
        available,
        entryBytes,
        pixels,
        masks(bytes, bits, masked, headerSize));
  }

  /** Length of all rows; some programs do not pad the last one. */
  private static long storedBytes(int width, int height, int bits) {
    return stride(width, bits) * (Math.abs(height) - 1) + ((long) width * bits + 7) / 8;
  }

  private static long stride(int width, int bits) {
    return ((long) width * bits + 31) / 32 * 4;
  }

  /**
   * Where the pixels begin. A position that is missing, inside the header or at its end is replaced
   * by the end of the palette. Inside the palette it is right if the file has no room for a whole
   * palette before the pixels.
   */
  private static int pixels(EncodedBytes bytes, int palette, int afterPalette, long size)
      throws InvalidImageException {
    int stated = bytes.i32le(10);
    if (stated < 0 || stated >= afterPalette) {
      return stated;
    }
    if (stated <= palette) {
      return afterPalette;
    }
    if (afterPalette + size <= bytes.length()) {
      throw bytes.corrupt("its header says that the pixels begin inside the palette");
    }
    return stated;
  }

  private static int[] masks(EncodedBytes bytes, int bits, boolean masked, int headerSize)
      throws InvalidImageException {
    if (!masked) {
      return bits == 16 ? FIVE_BITS : EIGHT_BITS;
    }
    int alpha = headerSize >= 56 ? bytes.i32le(66) : 0;
    return new int[] {bytes.i32le(54), bytes.i32le(58), bytes.i32le(62), alpha};
  }

  /** Bytes from one row to the next. */
  long stride() {
    return stride(width, bitsPerPixel);
  }

  /** Bytes of all rows, as far as they are needed. */
  long storedBytes() {
    return storedBytes(width, height, bitsPerPixel);
  }

  /** Pixels are written directly into the result. */
  @Override
  public long workingBytes() {
    return 0;
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return runLength ? new BmpRuns(this).decode() : new BmpPixels(this).decode();
  }
}
