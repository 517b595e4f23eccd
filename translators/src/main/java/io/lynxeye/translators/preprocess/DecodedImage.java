package io.lynxeye.translators.preprocess;

import io.lynxeye.translators.image.ExifOrientation;
import io.lynxeye.translators.image.PixelRows;

/**
 * Pixels as stored in the file: not yet upright, and perhaps decoded to a fraction of their size.
 *
 * @param width columns in the file
 * @param height rows in the file
 * @param ratio stored pixels per decoded pixel, along each axis
 * @param orientation EXIF orientation, 1 (upright) to 8
 */
public record DecodedImage(PixelRows rows, int width, int height, int ratio, int orientation) {

  static DecodedImage upright(PixelRows rows) {
    return new DecodedImage(rows, rows.width(), rows.height(), 1, 1);
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
