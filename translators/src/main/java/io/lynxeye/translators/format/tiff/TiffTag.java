package io.lynxeye.translators.format.tiff;

/**
 * The tags of a TIFF that say how its pixels are stored. No other tag is passed to the reader:
 * profiles, thumbnails, further pages and private data can neither change nor break the decoding.
 */
enum TiffTag {
  WIDTH(256, 1),
  HEIGHT(257, 1),
  BITS_PER_SAMPLE(258, 8),
  COMPRESSION(259, 1),
  PHOTOMETRIC(262, 1),
  FILL_ORDER(266, 1),
  STRIP_OFFSETS(273, TiffSegments.MAX_SEGMENTS),
  SAMPLES_PER_PIXEL(277, 1),
  ROWS_PER_STRIP(278, 1),
  STRIP_BYTE_COUNTS(279, TiffSegments.MAX_SEGMENTS),
  PLANAR_CONFIGURATION(284, 1),
  T4_OPTIONS(292, 1),
  T6_OPTIONS(293, 1),
  PREDICTOR(317, 1),
  COLOR_MAP(320, 3 << 8),
  TILE_WIDTH(322, 1),
  TILE_HEIGHT(323, 1),
  TILE_OFFSETS(324, TiffSegments.MAX_SEGMENTS),
  TILE_BYTE_COUNTS(325, TiffSegments.MAX_SEGMENTS),
  EXTRA_SAMPLES(338, 8),
  JPEG_TABLES(347, 1 << 16),
  YCBCR_COEFFICIENTS(529, 3),
  YCBCR_SUBSAMPLING(530, 2),
  YCBCR_POSITIONING(531, 1),
  REFERENCE_BLACK_WHITE(532, 6),

  // Read by our code only.
  NEW_SUBFILE_TYPE(254, 0),
  INK_SET(332, 0),
  SAMPLE_FORMAT(339, 0),
  XMP(700, 0),
  DNG_VERSION(50_706, 0);

  final int code;

  /** The most values that the reader gets; 0 if it does not get the tag. */
  final int maxCount;

  TiffTag(int code, int maxCount) {
    this.code = code;
    this.maxCount = maxCount;
  }
}
