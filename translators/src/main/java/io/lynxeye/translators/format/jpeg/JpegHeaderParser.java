package io.lynxeye.translators.format.jpeg;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.OrientationTags;
import java.io.ByteArrayOutputStream;

/** Walks the markers of a JPEG up to its first scan. */
final class JpegHeaderParser {

  private static final int START_OF_SCAN = 0xda;

  private final EncodedBytes bytes;
  private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
  private int frame = -1;
  private boolean progressive;
  private boolean jfif;
  private int adobeTransform = -1;
  private final OrientationTags orientation = new OrientationTags();

  JpegHeaderParser(EncodedBytes bytes) {
    this.bytes = bytes;
  }

  JpegImage parse() throws InvalidImageException {
    int at = 2;
    while (true) {
      while (bytes.u8(at) != 0xff) {
        at++;
      }
      while (bytes.u8(at) == 0xff) {
        at++;
      }
      int marker = bytes.u8(at++);
      if (isBare(marker)) {
        continue;
      }
      int length = bytes.u16be(at);
      bytes.require(at, length);
      if (length < 2) {
        throw bytes.corrupt("a segment has no length");
      }
      if (marker == START_OF_SCAN) {
        return image(at);
      }
      segment(marker, at + 2, length - 2);
      at += length;
    }
  }

  private boolean isBare(int marker) throws InvalidImageException {
    if (marker == 0xd9) {
      throw bytes.corrupt("it ends before any pixels");
    }
    return marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8);
  }

  private void segment(int marker, int at, int length) throws InvalidImageException {
    switch (marker) {
      case 0xc0, 0xc1, 0xc2 -> {
        frame(marker, at, length);
        keep(marker, at, length);
      }
      case 0xc4, 0xdb, 0xdd -> keep(marker, at, length);
      case 0xe0 -> jfif |= bytes.hasText(at, "JFIF\0");
      case 0xe1 -> {
        if (bytes.hasText(at, "Exif\0")) {
          orientation.readExif(bytes, at + 6, at + length);
        } else if (bytes.hasText(at, "http://ns.adobe.com/xap/1.0/\0")) {
          orientation.readXmp(bytes, at, at + length);
        }
      }
      case 0xee -> {
        if (length >= 12 && bytes.hasText(at, "Adobe")) {
          adobeTransform = bytes.u8(at + 11);
        }
      }
      case 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf ->
          throw InvalidImageException.unsupported(
              "A lossless, hierarchical or arithmetic-coded JPEG");
      case 0xf7 -> throw InvalidImageException.unsupported("JPEG-LS");
      default -> {}
    }
  }

  private void keep(int marker, int at, int length) {
    tables.write(0xff);
    tables.write(marker);
    tables.write(bytes.array(), at - 2, length + 2);
  }

  private void frame(int marker, int at, int length) throws InvalidImageException {
    if (frame >= 0) {
      throw bytes.corrupt("it has two frames");
    }
    if (length < 6 || length != 6 + 3 * bytes.u8(at + 5)) {
      throw bytes.corrupt("its frame header has the wrong length");
    }
    if (bytes.u8(at) != 8) {
      throw InvalidImageException.unsupported("A JPEG with " + bytes.u8(at) + " bits per sample");
    }
    frame = at;
    progressive = marker == 0xc2;
  }

  private JpegImage image(int scan) throws InvalidImageException {
    if (frame < 0) {
      throw bytes.corrupt("its pixels come before its frame header");
    }
    int height = bytes.u16be(frame + 1);
    int width = bytes.u16be(frame + 3);
    if (width == 0 || height == 0) {
      throw bytes.wrongSize(width, height);
    }
    JpegImage.Color color = color();
    boolean buffered = progressive || bytes.u8(scan + 2) < color.components;
    return new JpegImage(
        bytes, tables.toByteArray(), scan - 2, width, height, color, buffered, orientation.value());
  }

  /** Follows the conventions of libjpeg, as other programs do. */
  private JpegImage.Color color() throws InvalidImageException {
    return switch (bytes.u8(frame + 5)) {
      case 1 -> JpegImage.Color.GRAY;
      case 3 -> isRgb() ? JpegImage.Color.RGB : JpegImage.Color.YCBCR;
      case 4 -> adobeTransform > 0 ? JpegImage.Color.YCCK : JpegImage.Color.CMYK;
      default ->
          throw InvalidImageException.unsupported(
              "A JPEG with " + bytes.u8(frame + 5) + " colour components");
    };
  }

  private boolean isRgb() throws InvalidImageException {
    if (jfif) {
      return false;
    }
    if (adobeTransform >= 0) {
      return adobeTransform == 0;
    }
    return bytes.u8(frame + 6) == 'R' && bytes.u8(frame + 9) == 'G' && bytes.u8(frame + 12) == 'B';
  }
}
