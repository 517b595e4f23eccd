package io.lynxeye.translators;

/**
 * Pixels as a file stores them: not yet upright, and perhaps decoded to a fraction of their size.
 *
 * @param width columns the file has
 * @param height rows the file has
 * @param ratio how many of these, along each axis, one of the decoded ones stands for
 * @param orientation EXIF's, 1 (upright) to 8
 */
record DecodedPicture(PixelRows rows, int width, int height, int ratio, int orientation) {

  static DecodedPicture upright(PixelRows rows) {
    return new DecodedPicture(rows, rows.width(), rows.height(), 1, 1);
  }

  boolean isTransposed() {
    return ExifOrientation.isTransposed(orientation);
  }

  boolean isMirroredX() {
    return ExifOrientation.isMirroredX(orientation);
  }

  boolean isMirroredY() {
    return ExifOrientation.isMirroredY(orientation);
  }
}
