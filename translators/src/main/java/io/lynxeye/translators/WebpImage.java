package io.lynxeye.translators;

/**
 * A WebP, of an animated one the first frame.
 *
 * @param picture position of the chunk with the pixels: {@code "VP8 "} (lossy) or {@code "VP8L"}
 * @param alpha position of the chunk with the lossy picture's transparency, or -1
 */
record WebpImage(EncodedBytes bytes, int width, int height, int picture, int alpha, int orientation)
    implements EncodedImage {

  private static final int FIRST_CHUNK = 12;

  /** What the reader holds; measured as the smallest heap that decodes 12 megapixels. */
  private static final int BYTES_PER_PIXEL = 10;

  private static final long MAX_GROUPS = 1 << 16;
  private static final long GROUP_BITS = 20; // The shortest: five codes of one symbol.
  private static final long SPARE_GROUPS = 512; // What the reader may read past the end.
  private static final long GROUP_BYTES = 6_000; // Measured: 65,536 groups took 360 MB.

  static WebpImage parse(byte[] data) throws InvalidImageException {
    EncodedBytes bytes = new EncodedBytes("WebP", data);
    long riffEnd = 8 + bytes.u32le(4);
    bytes.require(0, riffEnd);
    int end = (int) riffEnd;
    int picture = -1;
    int alpha = -1;
    int orientation = 1;
    int at = FIRST_CHUNK;
    while (at + 8 <= end) {
      if (bytes.hasText(at, "ANMF")) {
        if (picture < 0) {
          at += 8 + 16;
          continue;
        }
      } else if (bytes.hasText(at, "VP8 ") || bytes.hasText(at, "VP8L")) {
        picture = picture < 0 ? at : picture;
      } else if (bytes.hasText(at, "ALPH")) {
        alpha = picture < 0 ? at : alpha;
      } else if (bytes.hasText(at, "EXIF")) {
        int start = at + 8 + (bytes.hasText(at + 8, "Exif\0\0") ? 6 : 0);
        orientation = ExifOrientation.read(bytes, start, chunkEnd(bytes, at));
      }
      at = chunkEnd(bytes, at);
    }
    if (picture < 0) {
      throw bytes.corrupt("it holds no pixels");
    }
    boolean lossless = bytes.hasText(picture, "VP8L");
    int size = lossless ? bytes.i32le(picture + 9) : bytes.i32le(picture + 14);
    int width = lossless ? (size & 0x3fff) + 1 : size & 0x3fff;
    int height = lossless ? (size >>> 14 & 0x3fff) + 1 : size >>> 16 & 0x3fff;
    if (width == 0 || height == 0) {
      throw bytes.corrupt("its header says " + width + " x " + height + " pixels");
    }
    return new WebpImage(bytes, width, height, picture, lossless ? -1 : alpha, orientation);
  }

  /** The position after a chunk: name, length, data padded to an even length. */
  static int chunkEnd(EncodedBytes bytes, int at) throws InvalidImageException {
    long length = bytes.u32le(at + 4);
    bytes.require(at + 8, length);
    return (int) (at + 8 + length + length % 2);
  }

  @Override
  public String format() {
    return "WebP";
  }

  @Override
  public long workingBytes() {
    return bytes.length() + BYTES_PER_PIXEL * (long) width * height + tableBytes();
  }

  /**
   * Lossless data, an alpha channel's too, can ask for as many groups of five prefix codes as it
   * has room for, whatever the picture's size; the reader makes tables of all of them.
   */
  private long tableBytes() {
    boolean hasCodes = alpha >= 0 || bytes.hasText(picture, "VP8L");
    return hasCodes
        ? Math.min(MAX_GROUPS, 8L * bytes.length() / GROUP_BITS + SPARE_GROUPS) * GROUP_BYTES
        : 0;
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return WebpPixels.decode(this);
  }
}
