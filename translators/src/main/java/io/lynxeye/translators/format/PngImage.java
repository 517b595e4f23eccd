package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.OrientationTags;
import io.lynxeye.translators.image.RgbImage;

/**
 * A PNG whose chunks have been located. Of an animated PNG, the default image.
 *
 * @param palette position of the PLTE chunk's data, or -1
 * @param transparency position of the tRNS chunk's data, or -1
 */
public record PngImage(
    EncodedBytes bytes,
    int width,
    int height,
    int depth,
    ColorType color,
    boolean interlaced,
    int palette,
    int transparency,
    int orientation)
    implements EncodedImage {

  static final int FIRST_CHUNK = 8;

  /** The colour types, with their code, samples per pixel and allowed bit depths. */
  enum ColorType {
    GRAY(0, 1, 0b1_0000_0001_0001_0110),
    RGB(2, 3, 0b1_0000_0001_0000_0000),
    PALETTE(3, 1, 0b1_0001_0110),
    GRAY_ALPHA(4, 2, 0b1_0000_0001_0000_0000),
    RGB_ALPHA(6, 4, 0b1_0000_0001_0000_0000);

    private final int code;
    final int samples;
    private final int depths;

    ColorType(int code, int samples, int depths) {
      this.code = code;
      this.samples = samples;
      this.depths = depths;
    }

    static ColorType of(int code, int depth, EncodedBytes bytes) throws InvalidImageException {
      for (ColorType type : values()) {
        if (type.code == code && depth <= 16 && (type.depths >> depth & 1) == 1) {
          return type;
        }
      }
      throw bytes.corrupt("its header has an unknown colour type or bit depth");
    }
  }

  /** Reads the header and locates the chunks. */
  public static PngImage parse(byte[] data) throws InvalidImageException {
    EncodedBytes bytes = new EncodedBytes("PNG", data);
    if (!bytes.hasText(FIRST_CHUNK + 4, "IHDR")) {
      bytes.require(FIRST_CHUNK, 8);
      throw bytes.corrupt("it does not begin with a header");
    }
    bytes.require(FIRST_CHUNK, 25);
    int header = FIRST_CHUNK + 8;
    int width = bytes.i32be(header);
    int height = bytes.i32be(header + 4);
    if (width < 1 || height < 1) {
      throw bytes.wrongSize(width, height);
    }
    int depth = bytes.u8(header + 8);
    ColorType color = ColorType.of(bytes.u8(header + 9), depth, bytes);
    boolean interlaced = bytes.u8(header + 12) == 1;
    int palette = -1;
    int transparency = -1;
    OrientationTags orientation = new OrientationTags();
    PngText text = new PngText(bytes, orientation);
    int at = FIRST_CHUNK;
    while (isWhole(bytes, at) && !bytes.hasText(at + 4, "IEND")) {
      int next = nextChunk(bytes, at);
      if (bytes.hasText(at + 4, "PLTE")) {
        palette = at + 8;
      } else if (bytes.hasText(at + 4, "tRNS")) {
        transparency = at + 8;
      } else if (bytes.hasText(at + 4, "eXIf")) {
        orientation.readExif(bytes, at + 8, next - 4);
      } else {
        text.read(at, next - 4);
      }
      at = next;
    }
    if (color == ColorType.PALETTE && palette < 0) {
      nextChunk(bytes, at);
      throw bytes.corrupt("its palette is missing");
    }
    return new PngImage(
        bytes, width, height, depth, color, interlaced, palette, transparency, orientation.value());
  }

  /** Whether all of a chunk is there: a file may end after its last pixel. */
  private static boolean isWhole(EncodedBytes bytes, int at) throws InvalidImageException {
    return at + 12 <= bytes.length()
        && at + 12 + Integer.toUnsignedLong(bytes.i32be(at)) <= bytes.length();
  }

  /** The position after a chunk: length, name, data, checksum. */
  static int nextChunk(EncodedBytes bytes, int at) throws InvalidImageException {
    long length = Integer.toUnsignedLong(bytes.i32be(at));
    bytes.require(at, 12 + length);
    return (int) (at + 12 + length);
  }

  /** Rows are unpacked one by one, directly into the result. */
  @Override
  public long workingBytes() {
    return 2 * (((long) width * bitsPerPixel() + 7) / 8 + 1);
  }

  int bitsPerPixel() {
    return depth * color.samples;
  }

  int rowBytes(int pixels) {
    return Math.toIntExact(((long) pixels * bitsPerPixel() + 7) / 8);
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return new PngPixels(this).decode();
  }
}
