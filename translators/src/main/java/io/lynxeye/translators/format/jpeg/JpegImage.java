package io.lynxeye.translators.format.jpeg;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.EncodedImage;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.RgbImage;

/**
 * A JPEG whose markers have been read up to the first scan.
 *
 * @param tables the segments the decoder needs, in order, without application data, so that
 *     profiles, thumbnails and metadata can neither change nor break the decoding
 * @param scan position of the first scan's marker
 * @param buffered whether the image comes in several scans, so that all coefficients are in memory
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JpegImage(
    EncodedBytes bytes,
    byte[] tables,
    int scan,
    int width,
    int height,
    Color color,
    boolean buffered,
    int orientation)
    implements EncodedImage {

  /** How the stored components encode colour. */
  public enum Color {
    GRAY(1, 0),
    RGB(3, 0),
    YCBCR(3, 1),
    CMYK(4, 0),
    YCCK(4, 2);

    final int components;

    /** The transform flag for it in an Adobe segment. */
    final int adobeTransform;

    Color(int components, int adobeTransform) {
      this.components = components;
      this.adobeTransform = adobeTransform;
    }
  }

  /** Reads the markers. */
  public static JpegImage parse(byte[] data) throws InvalidImageException {
    return new JpegHeaderParser(new EncodedBytes("JPEG", data)).parse();
  }

  /**
   * The file is copied without its metadata. Grayscale and CMYK need their own raster in addition
   * to the RGB one; an image in several scans needs all its 16-bit coefficients at once.
   */
  @Override
  public long workingBytes() {
    int raster = color.components == 3 ? 0 : color.components;
    int coefficients = buffered ? 2 * color.components : 0;
    return bytes.length() + (raster + coefficients) * (long) width * height;
  }

  /** The same JPEG, of which something else states how its components encode colour. */
  public JpegImage withColor(Color stated) {
    return new JpegImage(bytes, tables, scan, width, height, stated, buffered, orientation);
  }

  /** Samples per pixel. */
  public int components() {
    return color.components;
  }

  /** Whether a {@link ScaledJpegDecoder} accepts it. */
  public boolean isScalable() {
    return color.components <= 3;
  }

  /**
   * Memory that a {@link ScaledJpegDecoder} holds at its peak, including its result: a copy of the
   * file, the smaller image, and all coefficients of an image in several scans.
   */
  public long scaledBytes(int ratio) {
    long pixels = (width / ratio + 1L) * (height / ratio + 1L);
    // Of whole blocks, which are at most 32 pixels wide and high.
    long coefficients = buffered ? 2L * color.components * (width + 31L) * (height + 31L) : 0;
    return bytes.length() + 3 * pixels + coefficients;
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return JpegPixels.decode(this);
  }
}
