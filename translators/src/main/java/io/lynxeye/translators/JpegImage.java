package io.lynxeye.translators;

/**
 * A JPEG whose markers have been read up to the first scan.
 *
 * @param tables the segments the decoder needs, in their order, without application data: profiles,
 *     thumbnails and metadata can then neither change nor break the decoding
 * @param scan where the first scan's marker is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JpegImage(
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
  enum Color {
    GRAY(1, 0),
    RGB(3, 0),
    YCBCR(3, 1),
    CMYK(4, 0),
    YCCK(4, 2);

    final int components;

    /** The transform flag that says so in an Adobe segment. */
    final int adobeTransform;

    Color(int components, int adobeTransform) {
      this.components = components;
      this.adobeTransform = adobeTransform;
    }
  }

  static JpegImage parse(byte[] data) throws InvalidImageException {
    return new JpegHeaderParser(new EncodedBytes("JPEG", data)).parse();
  }

  @Override
  public String format() {
    return "JPEG";
  }

  /**
   * The file is copied without its metadata. Grayscale and CMYK need their own raster beside the
   * RGB one; a picture that comes in several scans needs all its 16-bit coefficients at once.
   */
  @Override
  public long workingBytes() {
    int raster = color.components == 3 ? 0 : color.components;
    int coefficients = buffered ? 2 * color.components : 0;
    return bytes.length() + (raster + coefficients) * (long) width * height;
  }

  /** Whether a {@link ScaledJpegDecoder} takes it. */
  boolean isScalable() {
    return color.components <= 3;
  }

  /**
   * What a {@link ScaledJpegDecoder} holds at its peak, its result included: a copy of the file,
   * the smaller pixels, and all coefficients of a picture that comes in several scans.
   */
  long scaledBytes(int ratio) {
    long pixels = (width / ratio + 1L) * (height / ratio + 1L);
    // Those of whole blocks, which are at most 32 pixels wide and high.
    long coefficients = buffered ? 2L * color.components * (width + 31L) * (height + 31L) : 0;
    return bytes.length() + 3 * pixels + coefficients;
  }

  @Override
  public RgbImage decode() throws InvalidImageException {
    return JpegPixels.decode(this);
  }
}
