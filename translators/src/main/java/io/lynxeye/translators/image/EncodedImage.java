package io.lynxeye.translators.image;

/** An image whose header has been read, but whose pixels have not. */
public interface EncodedImage {

  /** The whole file. */
  EncodedBytes bytes();

  /** Columns as stored, before the orientation is applied. */
  int width();

  /** Rows as stored. */
  int height();

  /** EXIF orientation, 1 (upright) to 8. */
  default int orientation() {
    return 1;
  }

  /**
   * Memory that {@link #decode} holds at its peak in addition to the returned image, in bytes. To
   * find it may take a while: the size is to be checked first.
   */
  long workingBytes() throws InvalidImageException;

  /** The pixels as stored, not yet turned upright. */
  RgbImage decode() throws InvalidImageException;
}
