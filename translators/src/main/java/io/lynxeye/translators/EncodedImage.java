package io.lynxeye.translators;

/** A picture whose header has been read and whose pixels have not. */
interface EncodedImage {

  /** What senders call the format, such as "JPEG". */
  String format();

  /** Columns as stored, before the orientation is applied. */
  int width();

  /** Rows as stored. */
  int height();

  /** EXIF orientation, 1 (upright) to 8. */
  int orientation();

  /** Memory {@link #decode} holds at its peak besides the returned picture, in bytes. */
  long workingBytes();

  /** The pixels as stored, not yet turned upright. */
  RgbImage decode() throws InvalidImageException;
}
