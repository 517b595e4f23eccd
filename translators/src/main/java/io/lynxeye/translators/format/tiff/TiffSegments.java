package io.lynxeye.translators.format.tiff;

import io.lynxeye.translators.format.jpeg.JpegImage;
import io.lynxeye.translators.format.jpeg.JpegStream;
import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.TiffDirectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The strips or tiles of a TIFF, each compressed on its own. All of them are in the file, and none
 * overlaps another, so that the work of decoding is bounded by the file and the number of pixels.
 *
 * @param width columns of a segment
 * @param height rows of a segment
 * @param compression the code of the compression
 * @param lengths bytes of each segment
 * @param jpegs the segments, if they are JPEGs
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TiffSegments(int width, int height, int compression, int[] lengths, List<JpegImage> jpegs) {

  /** Each costs the reader a tenth of a millisecond, however small it is. */
  static final int MAX_SEGMENTS = 1 << 14;

  private static final int NONE = 1;
  private static final int LZW = 5;
  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;

  private static final Set<Integer> FAX = Set.of(2, 3, 4);

  private static final Set<Integer> DEFLATE = Set.of(8, 32_946);
  private static final int PACK_BITS = 32_773;

  private static final long MAX_TILE_SIDE = 1 << 16;

  /** A tile may exceed a small image, but not without limit. */
  private static final long MAX_PIXELS_BEYOND_IMAGE = 1 << 22;

  /** The code of the compression, which is supported. */
  static int compression(TiffDirectory directory) throws InvalidImageException {
    int compression = (int) directory.value(TiffTag.COMPRESSION.code, NONE);
    boolean known =
        Set.of(NONE, LZW, JPEG, PACK_BITS).contains(compression)
            || FAX.contains(compression)
            || DEFLATE.contains(compression);
    if (!known) {
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

  /** Whether it is coded as fax machines do. */
  boolean isFax() {
    return FAX.contains(compression);
  }

  /** Whether samples can be stored as differences; with other compressions, that tag is ignored. */
  boolean hasPredictor() {
    return compression == LZW || DEFLATE.contains(compression);
  }

  long pixels() {
    return (long) width * height;
  }

  /** The most memory that the JPEG of a segment takes to decode, besides its pixels. */
  long jpegBytes() {
    return jpegs.stream().mapToLong(JpegImage::workingBytes).max().orElse(0);
  }

  /** The segments as JPEGs that state their colour encoding; none if they are not JPEGs. */
  List<JpegStream> streams() throws InvalidImageException {
    List<JpegStream> streams = new ArrayList<>();
    for (JpegImage jpeg : jpegs) {
      streams.add(JpegStream.of(jpeg));
    }
    return streams;
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
    boolean planar = directory.value(TiffTag.PLANAR_CONFIGURATION.code, 1) == 2;
    if (compression == JPEG && planar && samples > 1) {
      throw InvalidImageException.unsupported("A TIFF with a JPEG for each colour");
    }
    boolean tiled = directory.field(TiffTag.TILE_WIDTH.code).isPresent();
    long segmentWidth = tiled ? directory.value(TiffTag.TILE_WIDTH.code, 0) : width;
    long segmentHeight =
        tiled
            ? directory.value(TiffTag.TILE_HEIGHT.code, 0)
            : Math.min(height, directory.value(TiffTag.ROWS_PER_STRIP.code, height));
    if (segmentWidth < 1
        || segmentHeight < 1
        || segmentWidth > Math.max(width, MAX_TILE_SIDE)
        || segmentHeight > Math.max(height, MAX_TILE_SIDE)
        || segmentWidth * segmentHeight > Math.max(width * height, MAX_PIXELS_BEYOND_IMAGE)) {
      throw bytes.corrupt("its strips or tiles have an impossible size");
    }
    long across = (width - 1) / segmentWidth + 1;
    long down = (height - 1) / segmentHeight + 1;
    long count = across * down * (planar ? samples : 1);
    if (count > MAX_SEGMENTS) {
      throw InvalidImageException.unsupported("A TIFF with " + count + " strips or tiles");
    }
    long plain = (segmentWidth * bits * (planar ? 1 : samples) + 7) / 8;
    boolean ycbcr = directory.value(TiffTag.PHOTOMETRIC.code, 0) == TiffImage.Color.YCBCR.code;
    long rowBytes = compression == NONE && !ycbcr ? plain : 0; // Chroma may be subsampled.
    long total = 0;
    int[] found = new int[(int) count];
    List<JpegImage> jpegs = new ArrayList<>();
    Locations locations = Locations.read(bytes, directory, tiled);
    for (int i = 0; i < count; i++) {
      // Within its plane, the rows and columns that the image has of this segment.
      long index = i % (across * down);
      long rows = Math.min(segmentHeight, height - index / across * segmentHeight);
      long columns = Math.min(segmentWidth, width - index % across * segmentWidth);
      long storedBytes = rowBytes * (tiled ? segmentHeight : rows);
      int at = locations.start(i);
      int length = locations.length(i, storedBytes, count == 1);
      found[i] = length;
      total += length;
      if (total > bytes.length()) {
        throw bytes.corrupt("its strips or tiles overlap");
      }
      if (compression == JPEG) {
        JpegImage jpeg = JpegImage.parse(Arrays.copyOfRange(bytes.array(), at, at + length));
        if (jpeg.components() != samples) {
          throw bytes.corrupt("a JPEG in it has the wrong number of colours");
        }
        checkSize(bytes, jpeg, columns, rows, segmentWidth, segmentHeight);
        jpegs.add(
            samples == 3
                ? jpeg.withColor(ycbcr ? JpegImage.Color.YCBCR : JpegImage.Color.RGB)
                : jpeg);
      }
    }
    return new TiffSegments((int) segmentWidth, (int) segmentHeight, compression, found, jpegs);
  }

  /** The positions and lengths of segments in the file. */
  private record Locations(
      EncodedBytes bytes, TiffDirectory.Field offsets, Optional<TiffDirectory.Field> lengths) {

    static Locations read(EncodedBytes bytes, TiffDirectory directory, boolean tiled)
        throws InvalidImageException {
      TiffTag offsets = tiled ? TiffTag.TILE_OFFSETS : TiffTag.STRIP_OFFSETS;
      TiffTag lengths = tiled ? TiffTag.TILE_BYTE_COUNTS : TiffTag.STRIP_BYTE_COUNTS;
      return new Locations(
          bytes,
          directory
              .field(offsets.code)
              .orElseThrow(() -> bytes.corrupt("it does not say where its pixels are")),
          directory.field(lengths.code));
    }

    int start(int segment) throws InvalidImageException {
      long at = offsets.at(segment);
      bytes.require(at, 0);
      return (int) at;
    }

    /**
     * The length of a segment; some programs do not state it.
     *
     * @param storedBytes what its pixels take; 0 if they are compressed or subsampled
     * @param isOnly whether there is no other segment
     */
    int length(int segment, long storedBytes, boolean isOnly) throws InvalidImageException {
      int at = start(segment);
      long length = lengths.isPresent() ? lengths.get().at(segment) : 0;
      if (length == 0 && storedBytes > 0) {
        length = storedBytes;
      } else if (length == 0 && isOnly) {
        length = (long) bytes.length() - at;
      }
      bytes.require(at, length);
      if (length == 0 || length < storedBytes) {
        throw bytes.corrupt("it has fewer pixels than its header says");
      }
      return (int) length;
    }
  }

  /**
   * The size in the JPEG's own header decides how many pixels there are, and how much memory they
   * take.
   */
  private static void checkSize(
      EncodedBytes bytes, JpegImage jpeg, long columns, long rows, long width, long height)
      throws InvalidImageException {
    if (jpeg.width() < columns
        || jpeg.height() < rows
        || jpeg.width() > width + 64
        || jpeg.height() > height + 64) {
      throw bytes.corrupt("a JPEG in it has the wrong size");
    }
  }
}
