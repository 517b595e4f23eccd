package io.lynxeye.translators.format;

import io.lynxeye.translators.image.EncodedBytes;
import io.lynxeye.translators.image.InvalidImageException;
import io.lynxeye.translators.image.OrientationTags;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Metadata in the text chunks of a PNG: XMP, and EXIF in hexadecimal, as ImageMagick wrote it
 * before PNG had a chunk for it. Damaged text states no orientation.
 */
final class PngText {

  private static final String XMP = "XML:com.adobe.xmp\0";
  private static final String[] EXIF = {"Raw profile type exif\0", "Raw profile type APP1\0"};

  /** The orientation is in the first kilobytes; more text is not unpacked. */
  private static final int MAX_TEXT = 1 << 16;

  /** A file of 16 MiB can hold 140,000 packed texts, which would take 25 seconds. */
  private static final int MAX_PACKED_TEXTS = 8;

  private final EncodedBytes bytes;
  private final OrientationTags orientation;
  private int packedTexts;

  PngText(EncodedBytes bytes, OrientationTags orientation) {
    this.bytes = bytes;
    this.orientation = orientation;
  }

  /**
   * Reads the orientation, if a chunk states one.
   *
   * @param chunk position of a chunk
   * @param end position after its data
   */
  void read(int chunk, int end) throws InvalidImageException {
    int at = chunk + 8;
    if (bytes.hasText(chunk + 4, "iTXt") && hasKeyword(XMP, at, end)) {
      readXmp(at + XMP.length(), end);
      return;
    }
    boolean packed = bytes.hasText(chunk + 4, "zTXt");
    if (!packed && !bytes.hasText(chunk + 4, "tEXt")) {
      return;
    }
    for (String keyword : EXIF) {
      if (hasKeyword(keyword, at, end)) {
        int text = at + keyword.length();
        byte[] exif = fromHex(packed ? unpack(text + 1, end) : copy(text, end));
        orientation.readExif(new EncodedBytes(bytes.format(), exif), 0, exif.length);
      }
    }
  }

  /** Whether the chunk begins with the keyword, and has a byte after it. */
  private boolean hasKeyword(String keyword, int at, int end) {
    return at + keyword.length() < end && bytes.hasText(at, keyword);
  }

  /** Compression flag and method, language, and translated keyword come before the text. */
  private void readXmp(int at, int end) throws InvalidImageException {
    if (bytes.u8(at) == 0) {
      orientation.readXmp(bytes, at, end);
      return;
    }
    int text = at + 2;
    for (int zeros = 0; zeros < 2 && text < end; text++) {
      zeros += bytes.u8(text) == 0 ? 1 : 0;
    }
    byte[] packet = unpack(text, end);
    orientation.readXmp(new EncodedBytes(bytes.format(), packet), 0, packet.length);
  }

  private byte[] copy(int at, int end) {
    return Arrays.copyOfRange(bytes.array(), at, Math.min(end, at + MAX_TEXT));
  }

  private byte[] unpack(int at, int end) {
    if (at >= end || packedTexts++ >= MAX_PACKED_TEXTS) {
      return new byte[0];
    }
    byte[] text = new byte[MAX_TEXT];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes.array(), at, end - at);
      return Arrays.copyOf(text, inflater.inflate(text));
    } catch (DataFormatException e) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }

  /** The bytes of a profile: a line with its name, a line with its length, then hexadecimal. */
  private static byte[] fromHex(byte[] profile) {
    int at = 0;
    for (int lines = 0; lines < 3 && at < profile.length; at++) {
      lines += profile[at] == '\n' ? 1 : 0;
    }
    byte[] bytes = new byte[(profile.length - at + 1) / 2];
    int digits = 0;
    for (; at < profile.length; at++) {
      if (HexFormat.isHexDigit(profile[at])) {
        bytes[digits / 2] |=
            (byte) (HexFormat.fromHexDigit(profile[at]) << (digits % 2 == 0 ? 4 : 0));
        digits++;
      }
    }
    return bytes;
  }
}
