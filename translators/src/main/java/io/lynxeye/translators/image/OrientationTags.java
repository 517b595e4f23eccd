package io.lynxeye.translators.image;

/**
 * The orientation that a file's metadata states: that of its EXIF block, or, when that states none,
 * that of its XMP packet. Pillow chooses it in the same way; browsers ignore XMP.
 */
public final class OrientationTags {

  private static final String XMP_NAME = "tiff:Orientation";

  private int exif;
  private int xmp;

  /** Reads an EXIF block, with or without its prefix; the first one that states it counts. */
  public void readExif(EncodedBytes bytes, int start, int end) {
    if (exif == 0) {
      exif = ExifOrientation.find(bytes, start, end);
    }
  }

  /** Takes the orientation from a TIFF file's own directory. */
  public void readDirectory(TiffDirectory directory) {
    try {
      exif = ExifOrientation.find(directory);
    } catch (InvalidImageException e) {
      exif = 0;
    }
  }

  /** Reads an XMP packet: the name as an attribute ({@code ="6"}) or as an element ({@code >6}). */
  public void readXmp(EncodedBytes bytes, int start, int end) throws InvalidImageException {
    int last = Math.min(end, bytes.length()) - XMP_NAME.length() - 3;
    for (int at = start; at <= last; at++) {
      if (bytes.hasText(at, XMP_NAME)) {
        int value = at + XMP_NAME.length();
        value += bytes.hasText(value, "=\"") ? 2 : bytes.hasText(value, ">") ? 1 : 0;
        int digit = bytes.u8(value) - '0';
        if (digit >= 1 && digit <= 8) {
          xmp = digit;
          return;
        }
      }
    }
  }

  /** EXIF orientation, 1 (upright) to 8; 1 when nothing valid is stated. */
  public int value() {
    return Math.max(1, exif > 0 ? exif : xmp);
  }
}
