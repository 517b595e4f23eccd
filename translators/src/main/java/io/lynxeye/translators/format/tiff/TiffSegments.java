package io.lynxeye.translators.format.tiff;

import io.lynxeye.translators.format.jpeg.JpegImage;
import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.TiffDirectory;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The strips or tiles of a TIFF, each compressed on its own. All of them are in the file, and none
 * overlaps another, so that the work of decoding is bounded by the file and the number of pixels.
 *
 * @param width columns of a segment
 * @param height rows of a segment
 * @param compression the code of the compression
 */
record TiffSegments(int width, int height, int compression) {

  /** Each costs the reader a tenth of a millisecond, however small it is. */
  static final int MAX_SEGMENTS = 1 << 14;

  private static final int NONE = 1;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;

  private static final Set<Integer> FAX = Set.of(2, 3, 4);

  /** None, the three of fax machines, LZW, JPEG, deflate (two codes), PackBits. */
  private static final Set<Integer> COMPRESSIONS =
      Set.of(NONE, 2, 3, 4, 5, JPEG, 8, 32_946, 32_773);

  /** A tile may exceed a small image, but not without limit. */
  private static final long MAX_PIXELS_BEYOND_IMAGE = 1 << 22;

  /** The code of the compression, which is supported. */
  static int compression(TiffDirectory directory) throws InvalidImageException {
    int compression = (int) directory.value(TiffTag.COMPRESSION.code, NONE);
    if (!COMPRESSIONS.contains(compression)) {
      throw InvalidImageException.unsupported(
          compression == OLD_JPEG
              ? "A TIFF with old-style JPEG compression"
              : "A TIFF with compression " + compression);
    }
    return compression;
  }

  boolean isJpeg() {
    return compression == JPEG;
  }

  long pixels() {
    return (long) width * height;
  }

  /** Reads the size of the segments, and checks that each is in the file. */
  static TiffSegments read(
      EncodedBytes bytes,
      TiffDirectory directory,
      int compression,
      long width,
      long height,
      int samples,
      int bits)
      throws InvalidImageException {
    if (FAX.contains(compression) && (samples != 1 || bits != 1)) {
      throw bytes.corrupt("a fax has more than one bit per pixel");
    }
    boolean tiled = directory.field(TiffTag.TILE_WIDTH.code).isPresent();
    long segmentWidth = tiled ? directory.value(TiffTag.TILE_WIDTH.code, 0) : width;
    long segmentHeight =
        tiled
            ? directory.value(TiffTag.TILE_HEIGHT.code, 0)
            : Math.min(height, directory.value(TiffTag.ROWS_PER_STRIP.code, height));
    if (segmentWidth < 1
        || segmentHeight < 1
        || segmentWidth > 1 << 16
        || segmentHeight > 1 << 16
        || segmentWidth * segmentHeight > Math.max(width * height, MAX_PIXELS_BEYOND_IMAGE)) {
      throw bytes.corrupt("its strips or tiles have an impossible size");
    }
    boolean planar = directory.value(TiffTag.PLANAR_CONFIGURATION.code, 1) == 2;
    long count =
        ((width - 1) / segmentWidth + 1)
            * ((height - 1) / segmentHeight + 1)
            * (planar ? samples : 1);
    if (count > MAX_SEGMENTS) {
      throw InvalidImageException.unsupported("A TIFF with " + count + " strips or tiles");
    }
    TiffSegments segments = new TiffSegments((int) segmentWidth, (int) segmentHeight, compression);
    long plain = (segmentWidth * bits * (planar ? 1 : samples) + 7) / 8;
    boolean subsampled = directory.value(TiffTag.PHOTOMETRIC.code, 0) == TiffImage.Color.YCBCR.code;
    long rowBytes = compression == NONE && !subsampled ? plain : 0;
    segments.check(bytes, directory, tiled, (int) count, rowBytes, height);
    return segments;
  }

  /**
   * @param rowBytes bytes of a row; 0 if it is compressed or subsampled
   */
  private void check(
      EncodedBytes bytes,
      TiffDirectory directory,
      boolean tiled,
      int count,
      long rowBytes,
      long imageHeight)
      throws InvalidImageException {
    TiffTag offsetsTag = tiled ? TiffTag.TILE_OFFSETS : TiffTag.STRIP_OFFSETS;
    TiffTag lengthsTag = tiled ? TiffTag.TILE_BYTE_COUNTS : TiffTag.STRIP_BYTE_COUNTS;
    Optional<TiffDirectory.Field> offsets = directory.field(offsetsTag.code);
    Optional<TiffDirectory.Field> lengths = directory.field(lengthsTag.code);
    if (offsets.isEmpty()) {
      throw bytes.corrupt("it does not say where its pixels are");
    }
    long total = 0;
    for (int i = 0; i < count; i++) {
      long at = offsets.get().at(i);
      bytes.require(at, 0);
      long rows = tiled ? height : Math.min(height, Math.max(0, imageHeight - (long) i * height));
      long stated = lengths.isPresent() ? lengths.get().at(i) : 0;
      long length = stated;
      if (stated == 0 && rowBytes > 0) {
        length = rowBytes * rows;
      } else if (stated == 0 && count == 1) {
        length = bytes.length() - at;
      }
      bytes.require(at, length);
      total += length;
      if (length == 0 || length < rowBytes * rows) {
        throw bytes.corrupt("it has fewer pixels than its header says");
      }
      if (total > bytes.length()) {
        throw bytes.corrupt("its strips or tiles overlap");
      }
      if (compression == JPEG) {
        checkJpeg(bytes, (int) at, (int) length);
      }
    }
  }

  /** The size in the JPEG's own header decides how much memory its decoding takes. */
  private void checkJpeg(EncodedBytes bytes, int at, int length) throws InvalidImageException {
    JpegImage jpeg = JpegImage.parse(Arrays.copyOfRange(bytes.array(), at, at + length));
    if (jpeg.width() > width + 64 || jpeg.height() > height + 64) {
      throw bytes.corrupt("a JPEG in it has the wrong size");
    }
    JpegStream.of(jpeg);
  }
}
