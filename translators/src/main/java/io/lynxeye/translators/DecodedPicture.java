package io.lynxeye.translators;

/**
 * Pixels as stored in the file: not yet upright, and perhaps decoded to a fraction of their size.
 *
 * @param width columns in the file
 * @param height rows in the file
 * @param ratio stored pixels per decoded pixel, along each axis
 * @param orientation EXIF orientation, 1 (upright) to 8
 */
public record DecodedPicture(PixelRows rows, int width, int height, int ratio, int orientation) {

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
