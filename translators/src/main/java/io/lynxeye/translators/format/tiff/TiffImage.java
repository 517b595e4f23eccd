package io.lynxeye.translators.format.tiff;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.OrientationTags;
import io.lynxeye.translators.image.RgbImage;
import io.lynxeye.translators.image.TiffDirectory;
import java.util.Optional;

/**
 * The first page of a TIFF.
 *
 * @param directory its tags
 * @param color what the samples of a pixel mean
 * @param samples samples per pixel, alpha and others included
 * @param bits bits per sample
 * @param alpha whether the sample after the colour is opacity
 * @param premultiplied whether the colour is already multiplied by the opacity
 * @param segments the strips or tiles
 */
public record TiffImage(
    EncodedBytes bytes,
    TiffDirectory directory,
    int width,
    int height,
    Color color,
    int samples,
    int bits,
    boolean alpha,
    boolean premultiplied,
    TiffSegments segments,
    int orientation)
    implements EncodedImage {

  /** Values of the tag PhotometricInterpretation. */
  enum Color {
    WHITE_IS_ZERO(0, 1),
    BLACK_IS_ZERO(1, 1),
    RGB(2, 3),
    PALETTE(3, 1),
    CMYK(5, 4),
    YCBCR(6, 3);

    final int code;
    final int components;

    Color(int code, int components) {
      this.code = code;
      this.components = components;
    }

    static Color of(long code) throws InvalidImageException {
      for (Color color : values()) {
        if (color.code == code) {
          return color;
        }
      }
      throw InvalidImageException.unsupported(
          "A TIFF whose colours are not gray, RGB, palette, CMYK or YCbCr");
    }
  }

  /** More than any limit on pixels, and little enough to be multiplied. */
  private static final long MAX_SIDE = 1 << 24;

  private static final long MAX_SAMPLES = 5;

  // Values of the tag SampleFormat.
  private static final int UNSIGNED = 1;
  private static final int UNDEFINED = 4;

  /** Reads the directory of the first page and checks where its pixels are. */
  public static TiffImage parse(byte[] data) throws InvalidImageException {
    EncodedBytes bytes = new EncodedBytes("TIFF", data);
    TiffDirectory directory = TiffDirectory.read(bytes, 0, data.length);
    if (!directory.isWhole()) {
      throw InvalidImageException.truncated(bytes.format());
    }
    refuseRawFiles(bytes, directory);
    long width = directory.value(TiffTag.WIDTH.code, 0);
    long height = directory.value(TiffTag.HEIGHT.code, 0);
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
      throw bytes.wrongSize(width, height);
    }
    int compression = TiffSegments.compression(directory);
    Color color = color(directory);
    int samples = samples(directory, color);
    int bits = bits(directory, samples, color);
    int extra = extra(directory, samples, color);
    return new TiffImage(
        bytes,
        directory,
        (int) width,
        (int) height,
        color,
        samples,
        bits,
        extra == 1 || extra == 2,
        extra == 1,
        TiffSegments.read(bytes, directory, compression, width, height, samples, bits),
        orientation(bytes, directory));
  }

  private static int samples(TiffDirectory directory, Color color) throws InvalidImageException {
    long samples = directory.value(TiffTag.SAMPLES_PER_PIXEL.code, 1);
    if (samples < color.components || samples > MAX_SAMPLES) {
      throw InvalidImageException.unsupported("A TIFF with " + samples + " samples per pixel");
    }
    if (color == Color.WHITE_IS_ZERO && samples > 1) { // The reader would invert the others, too.
      throw InvalidImageException.unsupported("A TIFF of inverted gray with further samples");
    }
    return (int) samples;
  }

  /** The first page of most raw files is a small preview. */
  private static void refuseRawFiles(EncodedBytes bytes, TiffDirectory directory)
      throws InvalidImageException {
    if (bytes.hasText(8, "CR") || directory.field(TiffTag.DNG_VERSION.code).isPresent()) {
      throw InvalidImageException.unsupported("A raw camera file");
    }
    if ((directory.value(TiffTag.NEW_SUBFILE_TYPE.code, 0) & 1) == 1) {
      throw InvalidImageException.unsupported(
          "A TIFF whose first page is a preview, such as a raw camera file,");
    }
  }

  private static Color color(TiffDirectory directory) throws InvalidImageException {
    Color color = Color.of(directory.value(TiffTag.PHOTOMETRIC.code, -1));
    if (color == Color.CMYK && directory.value(TiffTag.INK_SET.code, 1) != 1) {
      throw InvalidImageException.unsupported("A TIFF with inks other than CMYK");
    }
    return color;
  }

  /** Bits of each sample. */
  private static int bits(TiffDirectory directory, int samples, Color color)
      throws InvalidImageException {
    long format = common(directory, TiffTag.SAMPLE_FORMAT, UNSIGNED, samples);
    if (format != UNSIGNED && format != UNDEFINED) {
      throw InvalidImageException.unsupported("A TIFF with signed or floating-point samples");
    }
    long bits = common(directory, TiffTag.BITS_PER_SAMPLE, 1, samples);
    boolean known =
        bits == 8 || bits == 16 || (samples == 1 && (bits == 1 || bits == 2 || bits == 4));
    if (!known || (bits == 16 && color == Color.PALETTE)) {
      throw InvalidImageException.unsupported(
          "A TIFF with " + samples + " samples of " + bits + " bits per pixel");
    }
    return (int) bits;
  }

  /** The value of a tag that has one for each sample; they must be the same for all. */
  private static long common(TiffDirectory directory, TiffTag tag, long ifAbsent, int samples)
      throws InvalidImageException {
    Optional<TiffDirectory.Field> field = directory.field(tag.code);
    long value = field.isPresent() ? field.get().at(0) : ifAbsent;
    for (int i = 1; field.isPresent() && i < Math.min(samples, field.get().count()); i++) {
      if (field.get().at(i) != value) {
        throw InvalidImageException.unsupported("A TIFF with samples of different kinds");
      }
    }
    return value;
  }

  /**
   * What the sample after the colour is: 1 and 2 are opacity. Some programs do not say so in RGB.
   */
  private static int extra(TiffDirectory directory, int samples, Color color)
      throws InvalidImageException {
    int unstated = color == Color.RGB ? 2 : 0;
    return samples == color.components
        ? 0
        : (int) directory.value(TiffTag.EXTRA_SAMPLES.code, unstated);
  }

  private static int orientation(EncodedBytes bytes, TiffDirectory directory)
      throws InvalidImageException {
    OrientationTags orientation = new OrientationTags();
    orientation.readDirectory(directory);
    Optional<TiffDirectory.Field> xmp = directory.field(TiffTag.XMP.code);
    if (xmp.isPresent()) {
      long end = Math.min(bytes.length(), xmp.get().position() + xmp.get().length());
      orientation.readXmp(bytes, (int) Math.min(end, xmp.get().position()), (int) end);
    }
    return orientation.value();
  }

  /**
   * Two copies of the file, and a raster of all samples. JPEGs are copied twice more, and the
   * largest strip or tile of them is decoded by itself.
   */
  @Override
  public long workingBytes() {
    long jpeg =
        segments.isJpeg()
            ? 2L * bytes.length() + rasterBytes(segments.pixels()) + segments.jpegBytes()
            : 0;
    return 2L * bytes.length() + rasterBytes((long) width * height) + jpeg;
  }

  private long rasterBytes(long pixels) {
    return pixels * samples * Math.max(1, bits / 8);
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return new TiffPixels(this).decode();
  }
}
